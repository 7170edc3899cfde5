// SPDX-License-Identifier: Apache-2.0
package io.serin.cli.rehome;

import io.serin.api.contract.Labels;
import io.serin.api.name.Revision;
import io.serin.cli.client.CliFault;
import io.serin.cli.client.Counted;
import io.serin.cli.client.ExitCode;
import io.serin.cli.client.Pause;
import io.serin.cli.rehome.NamespaceBinding.Before;
import io.serin.kube.read.ClusterReader;
import io.serin.kube.type.KubePod;
import io.serin.kube.type.ObjectName;
import io.serin.kube.write.Rollouts;
import io.serin.rollout.fact.Cluster;
import io.serin.rollout.plan.Planning.Problem;
import io.serin.rollout.plan.TagBinding;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * Moves the running proxies of a namespace to another revision's control plane, and back; no pod is
 * restarted. Blocks.
 *
 * <p>All that it does is to write on the namespace what is wanted; the control planes read that and
 * the proxies follow, whether or not somebody is there to watch. So it can be interrupted anywhere,
 * and called again.
 */
public final class LiveUpgrade {

    private static final int NAMED = 10;

    private final ClusterReader reader;
    private final Rollouts writes;
    private final Cluster cluster;
    private final Runnable keep;
    private final Consumer<String> progress;

    /**
     * @param cluster knows which tags there are
     * @param keep is called while proxies are waited for; what it throws ends the wait
     * @param progress is told how far it is, whenever that changes
     */
    public LiveUpgrade(
            ClusterReader reader,
            Rollouts writes,
            Cluster cluster,
            Runnable keep,
            Consumer<String> progress) {
        this.reader = reader;
        this.writes = writes;
        this.cluster = cluster;
        this.keep = keep;
        this.progress = progress;
    }

    /** What stands in the way of a move without restarts, a sentence each. */
    private List<String> obstacles(Revision to, String namespace) {
        NamespaceBinding.read(reader, namespace);
        List<ControlPlanePage> pages = ControlPlanePage.all(reader);
        List<ControlPlanePage> targets =
                pages.stream().filter(page -> page.revision().equals(to.value())).toList();
        if (targets.isEmpty()) {
            return List.of("no control plane of revision " + to + " answers");
        }
        List<String> obstacles = new ArrayList<>();
        for (ControlPlanePage target : targets) {
            if (!target.knowsHomes()) {
                obstacles.add(
                        "control plane %s, version %s, does not take proxies of other revisions"
                                .formatted(target.pod().name(), target.version()));
            }
        }
        if (obstacles.isEmpty()) {
            ProxyHomes homes = ProxyHomes.of(pages, namespace);
            homes.pods().stream()
                    .filter(pod -> !homes.isAt(pod, to.value()))
                    .forEach(pod ->
                            obstacle(homes.of(pod).getFirst(), targets).ifPresent(obstacles::add));
            obstacles.addAll(otherTrustDomains(to, homes.revisions()));
        }
        return obstacles;
    }

    private static Optional<String> obstacle(ProxyHomes.Stay stay, List<ControlPlanePage> targets) {
        ControlPlanePage at = stay.at();
        if (!at.knowsHomes()) {
            return Optional.of(
                    "proxy %s is at control plane %s, version %s, which can't send it elsewhere"
                            .formatted(stay.proxy().pod(), at.pod().name(), at.version()));
        }
        return targets.stream()
                .filter(target -> !target.speaks(stay.proxy().protocol()))
                .findFirst()
                .map(target ->
                        "proxy %s, version %s, speaks protocol %d; %s takes %d to %d"
                                .formatted(
                                        stay.proxy().pod(),
                                        stay.proxy().version(),
                                        stay.proxy().protocol(),
                                        target.revision(),
                                        target.least(),
                                        target.latest()));
    }

    private List<String> otherTrustDomains(Revision to, Set<String> from) {
        String there = TrustDomain.of(reader, to);
        List<String> obstacles = new ArrayList<>();
        for (String revision : from) {
            String here = TrustDomain.of(reader, new Revision(revision));
            if (!here.equals(there)) {
                obstacles.add(
                        "revision %s is of trust domain '%s', %s of '%s'"
                                .formatted(revision, here, to, there));
            }
        }
        return obstacles;
    }

    /**
     * Why a move would be refused: something stands in its way, or a tag would leave the namespace
     * behind. Empty where it would not be. Changes nothing.
     *
     * @throws CliFault when there is no such namespace
     */
    public Optional<Problem> refusal(Revision to, String namespace) {
        List<String> obstacles = obstacles(to, namespace);
        if (!obstacles.isEmpty()) {
            return Optional.of(
                    new Problem(
                            "namespace %s can't be moved to %s without restarting its pods: %s"
                                    .formatted(namespace, to, some(obstacles)),
                            "restart them instead: serin upgrade --to %s --namespace %s"
                                    .formatted(to, namespace)));
        }
        return tag(to, namespace)
                .filter(tag -> !tag.leads())
                .map(tag -> tag.problem(namespace, to));
    }

    /**
     * Changes nothing.
     *
     * @throws CliFault when a move is refused
     */
    public void check(Revision to, String namespace) {
        refusal(to, namespace)
                .ifPresent(problem -> {
                    throw CliFault.failed(problem.what(), problem.remedy());
                });
    }

    private Optional<TagBinding> tag(Revision to, String namespace) {
        return cluster.namespace(namespace)
                .flatMap(marked -> TagBinding.of(marked, cluster.revisions(), to));
    }

    /**
     * Moves all proxies of the namespace, then binds it, so that its future pods come from there
     * too; where its tag stands for that revision its labels stay.
     *
     * @throws CliFault when something stands in the way, or not all have moved in time; then the
     *     namespace is as it was, and those that have moved go back by themselves
     */
    public void run(Revision to, String namespace, Duration patience) {
        check(to, namespace);
        boolean isBound = tag(to, namespace).isPresent();
        ProxyHomes homes = ProxyHomes.of(ControlPlanePage.all(reader), namespace);
        Before before = begin(to, namespace, homes);
        if (!await(homes.pods(), namespace, to.value(), Map.of(), patience)) {
            ProxyHomes now = ProxyHomes.of(ControlPlanePage.all(reader), namespace);
            String missing = missing(now, homes.pods(), to.value());
            writes.mark(
                    namespace,
                    Map.of(),
                    Map.of(
                            Labels.LIVE_REVISION,
                            before.live(),
                            Labels.LIVE_BEFORE,
                            Optional.empty()));
            throw new CliFault(
                    ExitCode.TIMED_OUT,
                    "namespace %s did not move to %s within %d s, and goes back: %s"
                            .formatted(namespace, to, patience.toSeconds(), missing),
                    "see where its proxies are: serin proxy status");
        }
        if (!isBound) {
            writes.mark(
                    namespace,
                    Map.of(
                            Labels.REVISION,
                            Optional.of(to.value()),
                            Labels.INJECTION,
                            Optional.empty()),
                    Map.of());
        }
        progress.accept(
                "namespace %s: %s at %s, and so are its future pods"
                        .formatted(
                                namespace,
                                Counted.of(homes.pods().size(), "proxy is", "proxies are"),
                                to));
    }

    /** Says what is wanted, and how it was before; a move that was begun before is gone on with. */
    private Before begin(Revision to, String namespace, ProxyHomes homes) {
        NamespaceBinding binding = NamespaceBinding.read(reader, namespace);
        Optional<Before> begun =
                binding.before()
                        .filter(before -> before.to().equals(to.value()))
                        .filter(_ -> binding.live().equals(Optional.of(to.value())));
        if (begun.isPresent()) {
            return begun.get();
        }
        Set<String> from = homes.revisions();
        Before before =
                binding.keep(
                        from.size() == 1 ? Optional.of(from.iterator().next()) : Optional.empty(),
                        to.value());
        writes.mark(
                namespace,
                Map.of(),
                Map.of(
                        Labels.LIVE_REVISION,
                        Optional.of(to.value()),
                        Labels.LIVE_BEFORE,
                        Optional.of(before.json())));
        return before;
    }

    /**
     * Takes the last move of the namespace back: binds it as it was, and brings its proxies back.
     *
     * @throws CliFault when it was not moved, or not all are back in time; what is wanted stays
     *     written, and they go on trying
     */
    public void rollBack(String namespace, Duration patience) {
        Before before =
                NamespaceBinding.read(reader, namespace)
                        .before()
                        .orElseThrow(() ->
                                CliFault.failed(
                                        "namespace "
                                                + namespace
                                                + " was not moved; nothing was taken back",
                                        "see where its proxies are: serin proxy status"));
        ProxyHomes homes = ProxyHomes.of(ControlPlanePage.all(reader), namespace);
        Optional<String> live = before.live().or(() -> needed(homes, before));
        writes.mark(namespace, before.labels(), Map.of(Labels.LIVE_REVISION, live));
        Map<ObjectName, String> injected =
                homes.pods().stream().collect(Collectors.toMap(pod -> pod, homes::injected));
        if (!await(homes.pods(), namespace, live.orElse(""), injected, patience)) {
            throw new CliFault(
                    ExitCode.TIMED_OUT,
                    "not all proxies of namespace %s are back within %d s; they go on trying"
                            .formatted(namespace, patience.toSeconds()),
                    "see where they are: serin proxy status");
        }
        writes.mark(namespace, Map.of(), Map.of(Labels.LIVE_BEFORE, Optional.empty()));
        progress.accept(
                "namespace %s: %s back"
                        .formatted(
                                namespace,
                                Counted.of(homes.pods().size(), "proxy is", "proxies are")));
    }

    /** Pods that were made meanwhile would stay at the revision that injected them. */
    private static Optional<String> needed(ProxyHomes homes, Before before) {
        return homes.pods().stream().anyMatch(pod -> homes.injected(pod).equals(before.to()))
                ? before.from()
                : Optional.empty();
    }

    /**
     * Waits until all are where they should be; whoever goes away meanwhile is not waited for.
     *
     * @param live where all should be; empty: where each was injected
     * @return whether they are
     */
    private boolean await(
            Set<ObjectName> known,
            String namespace,
            String live,
            Map<ObjectName, String> injected,
            Duration patience) {
        Set<ObjectName> pods = new TreeSet<>(known);
        Instant end = Instant.now().plus(patience);
        String last = "";
        while (true) {
            ProxyHomes now = ProxyHomes.of(ControlPlanePage.all(reader), namespace);
            pods.addAll(now.pods());
            List<ObjectName> missing =
                    pods.stream()
                            .filter(pod ->
                                    !now.isAt(
                                            pod,
                                            live.isEmpty()
                                                    ? injected.getOrDefault(pod, now.injected(pod))
                                                    : live))
                            .toList();
            if (!missing.isEmpty() && missing.stream().anyMatch(pod -> now.of(pod).isEmpty())) {
                pods.retainAll(running(namespace));
            }
            if (missing.isEmpty()) {
                return true;
            }
            String state =
                    "namespace %s: %d of %s moved"
                            .formatted(
                                    namespace,
                                    pods.size() - missing.size(),
                                    Counted.of(pods.size(), "proxy has", "proxies have"));
            if (!state.equals(last)) {
                progress.accept(state);
                last = state;
            }
            if (Instant.now().isAfter(end)) {
                return false;
            }
            keep.run();
            Pause.briefly();
        }
    }

    private Set<ObjectName> running(String namespace) {
        return reader.pods().stream()
                .map(KubePod::name)
                .filter(name -> name.namespace().equals(namespace))
                .collect(Collectors.toSet());
    }

    private static String missing(ProxyHomes now, Set<ObjectName> pods, String live) {
        return some(
                pods.stream()
                        .filter(pod -> !now.isAt(pod, live))
                        .map(pod ->
                                pod
                                        + (now.failure(pod).isEmpty()
                                                ? " (has not said why)"
                                                : " (" + now.failure(pod) + ")"))
                        .toList());
    }

    private static String some(List<String> sentences) {
        int more = sentences.size() - NAMED;
        return String.join("; ", sentences.subList(0, Math.min(NAMED, sentences.size())))
                + (more > 0 ? "; and " + more + " more" : "");
    }
}
