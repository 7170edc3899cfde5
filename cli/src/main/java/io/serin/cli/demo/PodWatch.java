// SPDX-License-Identifier: Apache-2.0
package io.serin.cli.demo;

import io.serin.api.contract.Labels;
import io.serin.api.contract.Objects;
import io.serin.cli.demo.event.DemoEvent.PodsSeen;
import io.serin.cli.demo.event.SeenPod;
import io.serin.kube.Kube;
import io.serin.kube.read.ClusterReader;
import io.serin.kube.read.ClusterReader.PodState;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Looks at the mesh's pods once a second, by one request, on a thread of its own, and tells when
 * something has changed. The cluster may come and go meanwhile: it looks again a second later.
 */
public final class PodWatch implements AutoCloseable {

    private final Supplier<List<PodState>> cluster;
    private final Narrator narrator;
    private final Thread thread = Thread.ofVirtual().name("pods").unstarted(this::look);

    public PodWatch(Kube kube, Narrator narrator) {
        this(new ClusterReader(kube)::podStates, narrator);
    }

    PodWatch(Supplier<List<PodState>> cluster, Narrator narrator) {
        this.cluster = cluster;
        this.narrator = narrator;
    }

    public void start() {
        thread.start();
    }

    private void look() {
        PodsSeen before = new PodsSeen(List.of());
        try {
            while (true) {
                Optional<PodsSeen> seen = see();
                if (seen.isPresent() && !seen.get().equals(before)) {
                    before = seen.get();
                    narrator.tell(before);
                }
                TimeUnit.SECONDS.sleep(1);
            }
        } catch (InterruptedException closed) {
            // As wished.
        }
    }

    private Optional<PodsSeen> see() {
        try {
            return Optional.of(
                    new PodsSeen(
                            cluster.get().stream()
                                    .flatMap(state -> seen(state).stream())
                                    .sorted(Comparator.comparing(SeenPod::name))
                                    .toList()));
        } catch (RuntimeException unreachable) {
            // The story says so itself if it matters.
            return Optional.empty();
        }
    }

    /** Empty for what is not the mesh's. */
    private static Optional<SeenPod> seen(PodState state) {
        String namespace = state.pod().name().namespace();
        Map<String, String> labels = state.pod().labels();
        String app = labels.getOrDefault(Labels.APP, state.pod().workload());
        boolean controlPlane =
                namespace.equals(Objects.SYSTEM_NAMESPACE) && app.equals(Labels.APP_CONTROL_PLANE);
        if (!controlPlane
                && !namespace.equals(Shop.NAMESPACE)
                && !namespace.equals(Visitors.NAMESPACE)) {
            return Optional.empty();
        }
        return Optional.of(
                new SeenPod(
                        namespace,
                        state.pod().name().name(),
                        controlPlane ? SeenPod.Part.CONTROL_PLANE : SeenPod.Part.WORKLOAD,
                        app,
                        labels.getOrDefault("version", ""),
                        controlPlane
                                ? labels.getOrDefault(Labels.REVISION, "")
                                : state.pod().revision(),
                        state.ending()
                                ? SeenPod.State.ENDING
                                : state.ready() ? SeenPod.State.READY : SeenPod.State.STARTING));
    }

    @Override
    public void close() {
        thread.interrupt();
    }
}
