// SPDX-License-Identifier: Apache-2.0
package io.serin.rollout;

import io.serin.api.contract.DesiredRevision;
import io.serin.kube.type.KubeRevision;
import io.serin.kube.type.KubeRevision.Release;
import io.serin.kube.type.KubeWorkload;
import io.serin.kube.type.KubeWorkload.Pod;
import io.serin.kube.type.MarkedNamespace;
import io.serin.kube.type.ObjectName;
import io.serin.rollout.fact.Cluster;
import io.serin.rollout.fact.ClusterGone;
import io.serin.rollout.fact.NamespaceGone;
import io.serin.rollout.fact.ProxyState;
import io.serin.rollout.fact.RequestCounts;
import io.serin.rollout.run.Time;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * A cluster whose time is moved by whoever waits in it. A new pod is bound to the revision that its
 * namespace's label names at that moment.
 */
public final class FakeCluster implements Cluster, Time {

    /** The run ends here, as by SIGKILL. */
    public static final class Killed extends RuntimeException {}

    private static final Instant BEGIN = Instant.parse("2026-01-02T03:04:05Z");

    private final Map<String, FakeDeployment> deployments = new TreeMap<>();
    private final Map<String, MarkedNamespace> namespaces = new TreeMap<>();
    private final Map<String, Integer> versions = new HashMap<>();
    private final List<KubeRevision> revisions = new ArrayList<>();
    private final List<String> writes = new ArrayList<>();
    private final Map<String, Consumer<FakeDeployment>> onRevision = new HashMap<>();
    private Instant now = BEGIN;
    private Instant goneFrom = Instant.MAX;
    private Instant goneUntil = Instant.MAX;
    private int killAtWrite = Integer.MAX_VALUE;
    private boolean killBefore;
    private boolean isKilled;
    private Runnable overtaking = () -> {};
    private int earlyPods;

    public FakeCluster revision(String name, String unready, String... tags) {
        revisions.removeIf(known -> known.revision().equals(name));
        revisions.add(
                new KubeRevision(name, unready, List.of(tags), false, Map.of(), Release.NONE));
        return this;
    }

    /** One that is ready. */
    public FakeCluster released(String name, Release release) {
        revisions.removeIf(known -> known.revision().equals(name));
        revisions.add(new KubeRevision(name, "", List.of(), false, Map.of(), release));
        return this;
    }

    /** The default takes in pods that no label speaks of. */
    public FakeCluster everywhere() {
        revisions.replaceAll(known ->
                new KubeRevision(
                        known.revision(),
                        known.unready(),
                        known.tags(),
                        true,
                        known.annotations(),
                        known.release()));
        return this;
    }

    /** Points a tag there; it is nowhere else then. */
    public FakeCluster tag(String tag, String revision) {
        revisions.replaceAll(known -> known.tagged(tag, known.revision().equals(revision)));
        return this;
    }

    public FakeCluster annotated(String namespace, Map<String, String> annotations) {
        namespaces.put(
                namespace,
                new MarkedNamespace(namespace, "", false, marked(namespace).labels(), annotations));
        return this;
    }

    public FakeCluster namespace(String name, Map<String, String> labels) {
        namespaces.put(name, new MarkedNamespace(name, "", false, labels, Map.of()));
        return this;
    }

    /** It is being deleted, and what is in it lingers, e.g. for finalizers. */
    public void end(String name) {
        MarkedNamespace held = marked(name);
        namespaces.put(
                name, new MarkedNamespace(name, "", true, held.labels(), held.annotations()));
    }

    /** With all that is in it. */
    public void delete(String name) {
        namespaces.remove(name);
        deployments.keySet().removeIf(key -> key.startsWith(name + "/"));
    }

    /** With pods on a revision. */
    public FakeDeployment deployment(String namespace, String name, int replicas, String revision) {
        FakeDeployment deployment =
                new FakeDeployment(new ObjectName(namespace, name), replicas, revision);
        deployments.put(namespace + "/" + name, deployment);
        return deployment;
    }

    public FakeDeployment deployment(String namespace, String name) {
        return Optional.ofNullable(deployments.get(namespace + "/" + name)).orElseThrow();
    }

    /** What becomes of Deployments whose pods are made on a revision. */
    public FakeCluster onRevision(String revision, Consumer<FakeDeployment> effect) {
        onRevision.put(revision, effect);
        return this;
    }

    /** So many pods more are made as if the namespace still had its first label. */
    public FakeCluster earlyPods(int count) {
        earlyPods = count;
        return this;
    }

    public FakeCluster goneFor(Duration after, Duration length) {
        goneFrom = now.plus(after);
        goneUntil = goneFrom.plus(length);
        return this;
    }

    /** Ends the run at a write, just before it is done or just after. */
    public void killAtWrite(int number, boolean before) {
        killAtWrite = number;
        killBefore = before;
        writes.clear();
    }

    /** Nobody is killed from now on, and somebody may begin anew. */
    public void killNever() {
        killAtWrite = Integer.MAX_VALUE;
        isKilled = false;
    }

    /** Ends the run now: whatever it still tries to write is not done. */
    public Killed kill() {
        isKilled = true;
        return new Killed();
    }

    /** What somebody else does between the next look at a namespace and the claim to it. */
    public void overtakenBy(Runnable other) {
        overtaking = other;
    }

    /** But for claims. */
    public List<String> writes() {
        return writes.stream().filter(what -> !what.startsWith("claim ")).toList();
    }

    /** With claims. */
    public int allWrites() {
        return writes.size();
    }

    /** As it is, in whatever version. */
    public MarkedNamespace marked(String name) {
        return Optional.ofNullable(namespaces.get(name)).orElseThrow();
    }

    /** The revisions of a Deployment's pods. */
    public List<String> podRevisions(String namespace, String name) {
        return deployment(namespace, name).pods().stream().map(Pod::revision).toList();
    }

    @Override
    public Instant now() {
        return now;
    }

    @Override
    public void pass(Duration duration) {
        Instant end = now.plus(duration);
        while (now.isBefore(end)) {
            now = now.plusSeconds(1);
            deployments.values().forEach(this::replace);
        }
    }

    private void replace(FakeDeployment deployment) {
        // No new pods are let into a namespace that is being deleted.
        if (!marked(deployment.name().namespace()).ending()) {
            deployment.replace(now, old -> bind(deployment, old));
        }
    }

    /** The revision of a pod that is made now, instead of one on another. */
    private String bind(FakeDeployment deployment, String old) {
        String revision = boundTo(deployment);
        if (earlyPods > 0) {
            earlyPods--;
            revision = old;
        }
        Optional.ofNullable(onRevision.get(revision))
                .ifPresent(effect -> effect.accept(deployment));
        return revision;
    }

    private String boundTo(FakeDeployment deployment) {
        Map<String, String> labels = marked(deployment.name().namespace()).labels();
        boolean isEverywhere = revisions.stream().anyMatch(KubeRevision::everywhere);
        String wanted =
                DesiredRevision.of(labels, deployment.labels())
                        .orElse(isEverywhere && labels.isEmpty() ? "default" : "");
        return revisions.stream()
                .filter(known -> known.revision().equals(wanted) || known.tags().contains(wanted))
                .map(KubeRevision::revision)
                .findFirst()
                .orElse("");
    }

    private void answer() {
        if (!now.isBefore(goneFrom) && now.isBefore(goneUntil)) {
            throw new ClusterGone("connection refused", new IllegalStateException());
        }
    }

    @Override
    public List<KubeRevision> revisions() {
        answer();
        return List.copyOf(revisions);
    }

    @Override
    public List<MarkedNamespace> namespaces() {
        answer();
        return namespaces.values().stream().map(this::versioned).toList();
    }

    private MarkedNamespace versioned(MarkedNamespace held) {
        return new MarkedNamespace(
                held.namespace(),
                version(held.namespace()),
                held.ending(),
                held.labels(),
                held.annotations());
    }

    @Override
    public Optional<MarkedNamespace> namespace(String name) {
        answer();
        return Optional.ofNullable(namespaces.get(name)).map(this::versioned);
    }

    @Override
    public List<KubeWorkload> workloads(String namespace) {
        answer();
        return deployments.values().stream()
                .filter(deployment -> deployment.name().namespace().equals(namespace))
                .map(FakeDeployment::workload)
                .toList();
    }

    @Override
    public List<Pod> others(String namespace) {
        answer();
        return List.of();
    }

    @Override
    public Optional<Map<ObjectName, ProxyState>> proxies(String revision) {
        answer();
        Map<ObjectName, ProxyState> proxies = new HashMap<>();
        deployments.values().stream()
                .flatMap(deployment -> deployment.pods().stream())
                .filter(pod -> pod.revision().equals(revision) && pod.ready())
                .forEach(pod -> proxies.put(pod.name(), new ProxyState("")));
        return Optional.of(proxies);
    }

    @Override
    public RequestCounts requests(Collection<ObjectName> pods) {
        answer();
        Duration counted = Duration.between(BEGIN, now).plusSeconds(1);
        RequestCounts sum = RequestCounts.NONE;
        for (ObjectName pod : pods) {
            Optional<FakeDeployment> deployment =
                    deployments.values().stream()
                            .filter(known ->
                                    known.pods().stream().anyMatch(p -> p.name().equals(pod)))
                            .findFirst();
            if (deployment.isPresent()) {
                sum = sum.plus(deployment.get().requestsOfPod(counted));
            }
        }
        return sum;
    }

    @Override
    public void mark(
            String namespace,
            Map<String, Optional<String>> labels,
            Map<String, Optional<String>> annotations) {
        write(
                "mark " + namespace,
                () -> {
                    change(namespace, labels, annotations);
                });
    }

    private void change(
            String namespace,
            Map<String, Optional<String>> labels,
            Map<String, Optional<String>> annotations) {
        if (!namespaces.containsKey(namespace)) {
            throw new NamespaceGone(namespace);
        }
        MarkedNamespace held = marked(namespace);
        versions.merge(namespace, 1, Integer::sum);
        namespaces.put(
                namespace,
                new MarkedNamespace(
                        namespace,
                        "",
                        held.ending(),
                        changed(held.labels(), labels),
                        changed(held.annotations(), annotations)));
    }

    @Override
    public boolean markUnchanged(
            String namespace, String version, Map<String, Optional<String>> annotations) {
        boolean[] isDone = new boolean[1];
        write(
                "claim " + namespace,
                () -> {
                    Runnable other = overtaking;
                    overtaking = () -> {};
                    other.run();
                    isDone[0] =
                            namespaces.containsKey(namespace) && version(namespace).equals(version);
                    if (isDone[0]) {
                        change(namespace, Map.of(), annotations);
                    }
                });
        return isDone[0];
    }

    private String version(String namespace) {
        return Integer.toString(versions.getOrDefault(namespace, 0));
    }

    private static Map<String, String> changed(
            Map<String, String> held, Map<String, Optional<String>> change) {
        Map<String, String> changed = new TreeMap<>(held);
        change.forEach((key, value) -> {
            if (value.isPresent()) {
                changed.put(key, value.get());
            } else {
                changed.remove(key);
            }
        });
        return changed;
    }

    @Override
    public void restart(KubeWorkload workload, String mark) {
        write(
                "restart " + workload.name(),
                () -> {
                    FakeDeployment deployment = deployments.get(workload.name().toString());
                    if (deployment != null) {
                        deployment.restart(mark, now);
                    }
                });
    }

    /** What may be the last that the run does. */
    public void write(String what, Runnable change) {
        if (isKilled) {
            throw new Killed();
        }
        answer();
        writes.add(what);
        boolean isLast = writes.size() == killAtWrite;
        if (isLast && killBefore) {
            throw kill();
        }
        change.run();
        if (isLast) {
            throw kill();
        }
    }
}
