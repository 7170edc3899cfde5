// SPDX-License-Identifier: Apache-2.0
package io.serin.cli.client;

import io.serin.api.contract.DesiredRevision;
import io.serin.api.contract.Labels;
import io.serin.api.contract.Objects;
import io.serin.injector.decide.Decision;
import io.serin.kube.read.ClusterReader;
import io.serin.kube.type.KubePod;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A namespace: what its labels say, what a pod made now would get, and what runs.
 *
 * @param labels those that injection hears
 * @param asks the revision or tag that the labels ask for; empty for none
 * @param revision the one that is meant
 * @param notes what is not as it should be
 * @param podLabels of the pod that the webhooks are asked about
 * @param injectedBy who would inject it; empty for nobody
 * @param podsByRevision of those that run; those without a sidecar under {@code -}
 */
public record NamespaceState(
        String namespace,
        Map<String, String> labels,
        String asks,
        String revision,
        List<String> notes,
        Map<String, String> podLabels,
        List<String> injectedBy,
        List<Answer> webhooks,
        Map<String, Integer> podsByRevision,
        List<Pod> pods) {

    /**
     * What a webhook makes of the pod.
     *
     * @param reason why it does not match; empty where it does
     */
    public record Answer(
            String configuration,
            String webhook,
            String revision,
            boolean matches,
            String reason) {}

    /**
     * A pod.
     *
     * @param on the revision that it is on; empty for none
     * @param next the one whose sidecar its next start brings; empty for none
     */
    public record Pod(String pod, String workload, String on, String next, State state) {}

    /** Whether it is as it should be. */
    public enum State {
        OK("ok"),
        NEEDS_RESTART("NEEDS RESTART"),
        UNMESHED("UNMESHED"),
        NOT_ASKED("no sidecar asked for");

        private final String text;

        State(String text) {
            this.text = text;
        }

        @Override
        public String toString() {
            return text;
        }
    }

    /**
     * Reads it. Blocks.
     *
     * @param podLabels those of a pod to ask the webhooks about
     * @throws CliFault when there is no such namespace
     */
    public static NamespaceState of(
            ClusterReader reader, String namespace, Map<String, String> podLabels) {
        return of(
                MeshView.read(reader),
                namespace,
                podLabels,
                reader.namespaceAnnotations(namespace));
    }

    private static NamespaceState of(
            MeshView mesh,
            String namespace,
            Map<String, String> podLabels,
            Map<String, String> annotations) {
        if (!mesh.namespaces().containsKey(namespace)) {
            throw CliFault.failed(
                    "there is no namespace " + namespace, "see which there are: kubectl get ns");
        }
        Map<String, String> all = mesh.labels(namespace);
        Map<String, String> labels = new TreeMap<>(all);
        labels.keySet().retainAll(List.of(Labels.INJECTION, Labels.REVISION));
        String asks = DesiredRevision.of(all).orElse("");
        List<KubePod> own =
                mesh.pods().stream()
                        .filter(pod -> pod.name().namespace().equals(namespace))
                        .toList();
        Map<String, Integer> byRevision = new TreeMap<>();
        own.forEach(pod -> byRevision.merge(mesh.on(pod).orElse("-"), 1, Integer::sum));
        List<String> called =
                mesh.webhooks().matching(all, podLabels).stream()
                        .map(InjectionWebhooks.Hook::revision)
                        .toList();
        List<String> notes = notes(mesh, namespace, labels, asks, own, annotations);
        called.stream()
                .distinct()
                .flatMap(revision -> skipped(mesh, revision, namespace, podLabels).stream())
                .forEach(notes::add);
        return new NamespaceState(
                namespace,
                labels,
                asks,
                mesh.webhooks().resolve(asks),
                notes,
                podLabels,
                called.stream()
                        .filter(revision ->
                                mesh.policies().decide(revision, namespace, podLabels)
                                        instanceof Decision.Inject)
                        .toList(),
                mesh.webhooks().hooks().stream().map(hook -> answer(hook, all, podLabels)).toList(),
                byRevision,
                own.stream().map(pod -> pod(mesh, pod)).toList());
    }

    /** What a person would wonder about: a webhook matches, and nothing comes of it. */
    private static Optional<String> skipped(
            MeshView mesh, String revision, String namespace, Map<String, String> podLabels) {
        return !Objects.NEVER_INJECTED.contains(namespace)
                        && mesh.policies().decide(revision, namespace, podLabels)
                                instanceof Decision.Skip(String reason, List<String> _)
                ? Optional.of(
                        "revision "
                                + revision
                                + " is asked about a new pod, and adds nothing: "
                                + reason)
                : Optional.empty();
    }

    private static Answer answer(
            InjectionWebhooks.Hook hook, Map<String, String> namespace, Map<String, String> pod) {
        Optional<String> unmet = hook.unmet(namespace, pod);
        return new Answer(
                hook.configuration(),
                hook.webhook(),
                hook.revision(),
                unmet.isEmpty(),
                unmet.orElse(""));
    }

    private static Pod pod(MeshView mesh, KubePod pod) {
        return new Pod(
                pod.name().name(),
                pod.workload(),
                mesh.on(pod).orElse(""),
                mesh.next(pod, mesh.webhooks()).orElse(""),
                mesh.isUnmeshed(pod)
                        ? State.UNMESHED
                        : !mesh.wanted(pod).equals(mesh.on(pod))
                                ? State.NEEDS_RESTART
                                : mesh.on(pod).isPresent() ? State.OK : State.NOT_ASKED);
    }

    private static List<String> notes(
            MeshView mesh,
            String namespace,
            Map<String, String> labels,
            String asks,
            List<KubePod> pods,
            Map<String, String> annotations) {
        List<String> notes = new ArrayList<>();
        if (labels.size() == 2) {
            notes.add(
                    "it has both labels: istio-injection is heard, istio.io/rev is not; take one"
                            + " away: kubectl label namespace "
                            + namespace
                            + " istio-injection-");
        }
        String injection = labels.getOrDefault(Labels.INJECTION, "disabled");
        if (!injection.equals("enabled") && !injection.equals("disabled")) {
            notes.add(
                    "istio-injection: '"
                            + injection
                            + "' (expected: enabled or disabled): pods get no sidecar");
        }
        InjectionWebhooks webhooks = mesh.webhooks();
        if (!asks.isEmpty() && !webhooks.revisions().contains(webhooks.resolve(asks))) {
            notes.add(
                    webhooks.tags().containsKey(asks)
                            ? "tag "
                                    + asks
                                    + " points to revision "
                                    + webhooks.resolve(asks)
                                    + ", which is not installed: pods are refused"
                            : "there is no revision or tag "
                                    + asks
                                    + ": pods get no sidecar; see which there are: serin tag list");
        }
        mesh.channels().stream()
                .filter(channel -> channel.isOf(asks))
                .forEach(channel ->
                        notes.add(
                                "its tag is moved by a channel, "
                                        + (annotations.containsKey(Labels.CHANNEL_PAUSED)
                                                ? "and annotation "
                                                        + Labels.CHANNEL_PAUSED
                                                        + " is "
                                                        + annotations.get(Labels.CHANNEL_PAUSED)
                                                : "and its pods follow")
                                        + "; "
                                        + channel.describe()));
        if (Objects.NEVER_INJECTED.contains(namespace)) {
            notes.add("no injector adds anything in this namespace, whatever its labels say");
        }
        long unmeshed = pods.stream().filter(mesh::isUnmeshed).count();
        if (unmeshed > 0) {
            notes.add(
                    Counted.of(
                            unmeshed,
                            "pod asks for a sidecar and has none",
                            "pods ask for a sidecar and have none"));
        }
        return notes;
    }
}
