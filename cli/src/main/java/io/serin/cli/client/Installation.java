// SPDX-License-Identifier: Apache-2.0
package io.serin.cli.client;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.serin.api.contract.Labels;
import io.serin.api.contract.Objects;
import io.serin.api.name.Revision;
import io.serin.kube.Kube;
import io.serin.kube.read.ClusterReader;
import io.serin.kube.type.ObjectName;
import io.serin.kube.write.Objects.Kind;
import io.serin.rollout.cluster.InjectionProbe;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** Puts a revision into a cluster, and takes it away. Blocks. */
public final class Installation {

    private static final String ADMISSION = "admissionregistration.k8s.io/v1";
    private static final String RBAC = "rbac.authorization.k8s.io/v1";

    private static final String WEBHOOK = "MutatingWebhookConfiguration";

    private static final String VALIDATOR = "ValidatingWebhookConfiguration";

    /**
     * Who says what a validating webhook does while it does not answer: not the installer, which
     * would take it back from the control plane at the next time.
     */
    static final String FAILURE_POLICY_MANAGER = "serin-failure-policy";

    /** How long pods have to go: their grace time, and a little. */
    private static final Duration GOING = Duration.ofSeconds(60);

    private static final Kind NODE_AGENT = new Kind("apps/v1", "DaemonSet", true);

    private static final Kind AUTOSCALER =
            new Kind("autoscaling/v2", "HorizontalPodAutoscaler", true);

    private static final Kind BUDGET = new Kind("policy/v1", "PodDisruptionBudget", true);

    /** In the order in which they are deleted: first nothing new comes, then nothing is left. */
    private static final List<Kind> KINDS =
            List.of(
                    new Kind(ADMISSION, WEBHOOK, false),
                    new Kind(ADMISSION, VALIDATOR, false),
                    AUTOSCALER,
                    BUDGET,
                    new Kind("apps/v1", "Deployment", true),
                    NODE_AGENT,
                    new Kind("v1", "Service", true),
                    new Kind("v1", "ConfigMap", true),
                    new Kind(RBAC, "RoleBinding", true),
                    new Kind(RBAC, "Role", true),
                    new Kind(RBAC, "ClusterRoleBinding", false),
                    new Kind(RBAC, "ClusterRole", false),
                    new Kind("v1", "ServiceAccount", true));

    /** What a control plane makes for itself, and would make again while it runs. */
    private static final List<Kind> ITS_OWN =
            List.of(
                    new Kind("v1", "Secret", true),
                    new Kind("coordination.k8s.io/v1", "Lease", true));

    private static final Map<String, String> ITS_OWN_LABELS =
            Map.of(Labels.APP, Labels.APP_CONTROL_PLANE);

    private final ClusterReader reader;
    private final io.serin.kube.write.Objects objects;
    private final SharedTrust trust;
    private final Consumer<String> progress;

    /**
     * @param progress is told what is waited for, whenever that changes
     */
    public Installation(Kube kube, Consumer<String> progress) {
        this.reader = new ClusterReader(kube);
        this.objects = new io.serin.kube.write.Objects(kube);
        this.trust = new SharedTrust(reader, objects);
        this.progress = progress;
    }

    /**
     * Applies all objects and waits until the revision can inject and serve. What is so already is
     * left as it is; a budget or an autoscaler that the values of now do not ask for goes.
     *
     * @param replaced is told line by line what others wrote into the revision's ConfigMaps, before
     *     it is replaced
     * @throws CliFault when an object of that name belongs to somebody else, a tag has the name, or
     *     the time is over
     */
    public void install(
            Revision revision, InstallValues values, Duration patience, Consumer<String> replaced) {
        RevisionName.check(revision);
        checkTags(revision);
        List<JsonNode> manifests = Manifests.render(revision, values, false);
        Set<JsonNode> missing = new HashSet<>();
        List<String> edits = new ArrayList<>();
        for (JsonNode manifest : manifests) {
            Optional<JsonNode> present = present(manifest);
            if (present.isEmpty()) {
                missing.add(manifest);
            } else if (!isNamespace(manifest)) {
                var _ =
                        Ownership.of(present.get())
                                .fault(present.get(), revision)
                                .map(fault -> {
                                    throw fault;
                                });
                edits.addAll(HandEdits.of(present.get(), manifest));
            }
        }
        checkServed(missing);
        edits.forEach(replaced);
        for (JsonNode manifest : manifests) {
            // The namespace may be there with labels of its own, which are nobody's business.
            if (!isNamespace(manifest) || missing.contains(manifest)) {
                objects.apply(manifest);
            }
        }
        deleteUnwanted(revision, manifests);
        missing.removeIf(manifest -> !isValidator(manifest, revision));
        letThroughWhileUnproven(revision, values, missing);
        await(revision, patience);
    }

    /** Of an earlier installation with other values. */
    private void deleteUnwanted(Revision revision, List<JsonNode> manifests) {
        for (Kind kind : List.of(AUTOSCALER, BUDGET)) {
            if (manifests.stream().noneMatch(it -> it.path("kind").asText().equals(kind.name()))) {
                delete(kind, revision, Map.of(Labels.MANAGED_BY, Labels.SERIN));
            }
        }
    }

    /** What a cluster may not have is asked for before anything is changed. */
    private void checkServed(Set<JsonNode> missing) {
        if (missing.stream().anyMatch(it -> it.path("kind").asText().equals(NODE_AGENT.name()))
                && !reader.serves(
                        NODE_AGENT.apiVersion(), NODE_AGENT.name(), Objects.SYSTEM_NAMESPACE)) {
            throw CliFault.failed(
                    InstallValue.CNI_ENABLED.key()
                            + ": this cluster does not serve DaemonSets, as which the node's agent"
                            + " runs; nothing was changed",
                    "use a cluster that does, or go without it: pods then redirect their traffic"
                            + " themselves");
        }
    }

    private static boolean isNamespace(JsonNode manifest) {
        return manifest.path("kind").asText().equals("Namespace");
    }

    private static boolean isValidator(JsonNode manifest, Revision revision) {
        String name = nameOf(manifest).name();
        return manifest.path("kind").asText().equals(VALIDATOR)
                && (name.equals(Objects.validator(revision))
                        || name.equals(Objects.DEFAULT_VALIDATOR));
    }

    private Optional<JsonNode> present(JsonNode manifest) {
        return reader.object(
                manifest.path("apiVersion").asText(),
                manifest.path("kind").asText(),
                nameOf(manifest));
    }

    /**
     * A new validating webhook refuses nothing until the control plane has seen that it answers.
     */
    private void letThroughWhileUnproven(
            Revision revision, InstallValues values, Set<JsonNode> validators) {
        List<ObjectName> names = validators.stream().map(Installation::nameOf).toList();
        for (JsonNode manifest : Manifests.render(revision, values, true)) {
            if (isValidator(manifest, revision) && names.contains(nameOf(manifest))) {
                ObjectNode policies = JsonNodeFactory.instance.objectNode();
                policies.set("apiVersion", manifest.path("apiVersion"));
                policies.set("kind", manifest.path("kind"));
                policies.putObject("metadata").set("name", manifest.at("/metadata/name"));
                ArrayNode entries = policies.putArray("webhooks");
                for (JsonNode webhook : manifest.path("webhooks")) {
                    entries.addObject()
                            .<ObjectNode>set("name", webhook.path("name"))
                            .set("failurePolicy", webhook.path("failurePolicy"));
                }
                objects.apply(policies, FAILURE_POLICY_MANAGER);
            }
        }
    }

    /** Pods of one that a tag is named like would be asked about twice. */
    private void checkTags(Revision revision) {
        List<JsonNode> tags =
                reader.objects(ADMISSION, WEBHOOK, "", Map.of(Labels.TAG, revision.value()));
        if (!tags.isEmpty()) {
            throw CliFault.failed(
                    "there is a tag "
                            + revision
                            + ", pointing to revision "
                            + tags.getFirst().at("/metadata/labels/istio.io~1rev").asText()
                            + ": pods would be injected twice; nothing was changed",
                    "choose another name: --revision NAME; or remove the tag first");
        }
    }

    private static ObjectName nameOf(JsonNode manifest) {
        return io.serin.kube.write.Objects.name(manifest);
    }

    private void await(Revision revision, Duration patience) {
        Instant end = Instant.now().plus(patience);
        String last = "";
        for (String missing = missing(revision); !missing.isEmpty(); missing = missing(revision)) {
            if (!missing.equals(last)) {
                progress.accept(missing);
                last = missing;
            }
            if (Instant.now().isAfter(end)) {
                throw new CliFault(
                        ExitCode.TIMED_OUT,
                        "revision " + revision + " is not ready: " + missing,
                        "look at it: kubectl -n istio-system describe pods -l istio.io/rev="
                                + revision);
            }
            Pause.briefly();
        }
    }

    /** What is not there yet; empty when all is. */
    private String missing(Revision revision) {
        String name = Objects.controlPlane(revision);
        for (ClusterReader.Rollout rollout : reader.rollouts(Objects.SYSTEM_NAMESPACE)) {
            if (rollout.name().name().equals(name) && !rollout.complete()) {
                return "deployment " + name + ": " + rollout.waitingFor();
            }
        }
        Optional<String> agent =
                reader.object(
                                NODE_AGENT.apiVersion(),
                                NODE_AGENT.name(),
                                new ObjectName(
                                        Objects.SYSTEM_NAMESPACE, Objects.nodeAgent(revision)))
                        .flatMap(Installation::missing);
        if (agent.isPresent()) {
            return agent.get();
        }
        boolean filled =
                reader.object(
                                ADMISSION,
                                "MutatingWebhookConfiguration",
                                new ObjectName("", Objects.injector(revision)))
                        .map(Installation::isFilled)
                        .orElse(false);
        return filled
                ? new InjectionProbe(reader, objects).missing(revision)
                : "the caBundle of webhook " + Objects.injector(revision);
    }

    /** On nodes whose agent is not there, new pods would wait. */
    private static Optional<String> missing(JsonNode nodeAgent) {
        JsonNode status = nodeAgent.path("status");
        int wanted = status.path("desiredNumberScheduled").asInt();
        int ready =
                Math.min(
                        status.path("numberReady").asInt(),
                        status.path("updatedNumberScheduled").asInt());
        boolean seen =
                status.path("observedGeneration").asLong()
                        >= nodeAgent.at("/metadata/generation").asLong();
        return seen && ready >= wanted
                ? Optional.empty()
                : Optional.of(
                        "daemonset "
                                + nodeAgent.at("/metadata/name").asText()
                                + ": "
                                + (seen
                                        ? ready + " of " + wanted + " nodes ready"
                                        : "not seen yet"));
    }

    private static boolean isFilled(JsonNode configuration) {
        for (JsonNode webhook : configuration.path("webhooks")) {
            if (webhook.at("/clientConfig/caBundle").asText("").isEmpty()) {
                return false;
            }
        }
        return true;
    }

    /**
     * Whether anything of a revision is there, whoever installed it; a tag of it is, too. Blocks.
     */
    public boolean isThere(Revision revision) {
        return KINDS.stream().anyMatch(kind -> !of(kind, revision, Map.of()).isEmpty());
    }

    /**
     * What an uninstallation would delete, in that order: kinds and names.
     *
     * @throws CliFault when there is no such revision, somebody else installed it, or somebody is
     *     on it and {@code force} is not given
     */
    public List<String> uninstallable(Revision revision, boolean force) {
        List<String> names = new ArrayList<>();
        for (Kind kind : KINDS) {
            for (JsonNode object : of(kind, revision, Map.of())) {
                Optional<CliFault> fault = Ownership.of(object).fault(object, revision);
                if (object.path("metadata").path("labels").has(Labels.TAG)) {
                    // A tag's: counted as use, below.
                    continue;
                }
                if (fault.isPresent()) {
                    throw fault.get();
                }
                names.add(kind.name() + " " + nameOf(object).name());
            }
        }
        // Alone they are what an uninstallation left that was broken off.
        for (Kind kind : ITS_OWN) {
            for (JsonNode object : of(kind, revision, ITS_OWN_LABELS)) {
                names.add(kind.name() + " " + nameOf(object).name());
            }
        }
        if (names.isEmpty()) {
            throw CliFault.failed(
                    "there is no revision " + revision + "; nothing was deleted",
                    "see which there are: serin revision list");
        }
        Usage usage = Usage.of(reader, revision);
        if (!usage.tags().isEmpty()) {
            // Not even by force: a webhook that nobody answers would let no pod come up.
            throw CliFault.failed(
                    "revision " + revision + " is in use: " + usage.describe(),
                    "move or remove the tags first: serin tag --help");
        }
        if (usage.isInUse() && !force) {
            throw CliFault.failed(
                    "revision " + revision + " is in use: " + usage.describe(),
                    "move them first (relabel, kubectl rollout restart), or lose them: --force");
        }
        names.addAll(trust.leftBy(revision));
        return names;
    }

    private List<JsonNode> of(Kind kind, Revision revision, Map<String, String> more) {
        Map<String, String> labels = new HashMap<>(more);
        labels.put(Labels.REVISION, revision.value());
        return reader.objects(
                kind.apiVersion(),
                kind.name(),
                kind.namespaced() ? Objects.SYSTEM_NAMESPACE : "",
                labels);
    }

    /**
     * Deletes all objects of the revision, and no other's; of the last one also what all share. The
     * namespace stays, for others may keep things in it. Waits until its pods are gone.
     *
     * @throws CliFault as {@link #uninstallable}, and when pods did not go in time
     */
    public void uninstall(Revision revision, boolean force) {
        var _ = uninstallable(revision, force);
        for (Kind kind : KINDS) {
            delete(kind, revision, Map.of(Labels.MANAGED_BY, Labels.SERIN));
        }
        awaitNoPods(revision);
        for (Kind kind : ITS_OWN) {
            delete(kind, revision, ITS_OWN_LABELS);
        }
        trust.deleteLeftBy(revision);
    }

    private void delete(Kind kind, Revision revision, Map<String, String> more) {
        if (!of(kind, revision, more).isEmpty()) {
            Map<String, String> labels = new HashMap<>(more);
            labels.put(Labels.REVISION, revision.value());
            objects.delete(List.of(kind), Objects.SYSTEM_NAMESPACE, labels);
        }
    }

    private void awaitNoPods(Revision revision) {
        Instant end = Instant.now().plus(GOING);
        boolean told = false;
        while (hasPods(revision)) {
            if (!told) {
                progress.accept("pods of revision " + revision + " to go");
                told = true;
            }
            if (Instant.now().isAfter(end)) {
                throw new CliFault(
                        ExitCode.TIMED_OUT,
                        "pods of revision "
                                + revision
                                + " are still there; what they made was not deleted",
                        "look at them: kubectl -n istio-system get pods -l istio.io/rev="
                                + revision
                                + "; then again: serin uninstall --revision "
                                + revision);
            }
            Pause.briefly();
        }
    }

    /** Those of the control plane, and of the nodes' agents. */
    private boolean hasPods(Revision revision) {
        return Stream.of(Labels.APP_CONTROL_PLANE, Labels.APP_NODE_AGENT)
                .map(app -> Map.of(Labels.APP, app, Labels.REVISION, revision.value()))
                .anyMatch(labels -> !reader.pods(Objects.SYSTEM_NAMESPACE, labels).isEmpty());
    }
}
