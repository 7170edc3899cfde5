// SPDX-License-Identifier: Apache-2.0
package io.serin.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.serin.cli.demo.event.DemoEvent;
import io.serin.cli.demo.event.DemoEvent.PodsSeen;
import io.serin.cli.demo.event.SeenPod;
import io.serin.cli.demo.event.SeenPod.Part;
import io.serin.cli.demo.event.SeenPod.State;
import io.serin.kube.read.ClusterReader.PodState;
import io.serin.kube.type.InboundCapture;
import io.serin.kube.type.KubePod;
import io.serin.kube.type.ObjectName;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Test;

class PodWatchTest {

    private static final PodState CONTROL_PLANE =
            state(
                    "istio-system",
                    "istiod-1-0-a",
                    Map.of("app", "istiod", "istio.io/rev", "1-0"),
                    "",
                    true,
                    false);
    private static final PodState WEB =
            state("shop", "web-v1-a", Map.of("app", "web", "version", "v1"), "1-0", true, false);
    private static final PodState GOING =
            state("shop", "web-v1-a", Map.of("app", "web", "version", "v1"), "1-0", true, true);
    private static final PodState COMING =
            state("shop", "web-v1-b", Map.of("app", "web", "version", "v1"), "1-1", false, false);
    private static final PodState DNS =
            state("kube-system", "coredns", Map.of("k8s-app", "kube-dns"), "", true, false);

    private final List<DemoEvent> told = new CopyOnWriteArrayList<>();
    private final AtomicInteger looks = new AtomicInteger();

    @Test
    void tellsOfTheMeshesPodsAndOfNobodyElses() {
        watch(_ -> List.of(WEB, DNS, CONTROL_PLANE), 1);

        assertThat(told)
                .containsExactly(
                        new PodsSeen(
                                List.of(
                                        new SeenPod(
                                                "istio-system",
                                                "istiod-1-0-a",
                                                Part.CONTROL_PLANE,
                                                "istiod",
                                                "",
                                                "1-0",
                                                State.READY),
                                        new SeenPod(
                                                "shop",
                                                "web-v1-a",
                                                Part.WORKLOAD,
                                                "web",
                                                "v1",
                                                "1-0",
                                                State.READY))));
    }

    @Test
    void tellsOnlyWhatChangedAndTriesAgainWhenTheClusterIsAway() {
        watch(
                look ->
                        switch (look) {
                            case 0, 1 -> List.of(WEB);
                            case 2 -> throw new IllegalStateException("connection refused");
                            default -> List.of(GOING, COMING);
                        },
                2);

        assertThat(told).hasSize(2);
        assertThat(((PodsSeen) told.getLast()).pods())
                .extracting(SeenPod::state)
                .containsExactly(State.ENDING, State.STARTING);
        assertThat(looks.get()).isGreaterThanOrEqualTo(4);
    }

    private void watch(IntFunction<List<PodState>> cluster, int events) {
        try (var watch =
                new PodWatch(
                        () -> cluster.apply(looks.getAndIncrement()),
                        new Narrator(List.of(told::add)))) {
            watch.start();
            await().until(() -> told.size() >= events);
        }
    }

    private static PodState state(
            String namespace,
            String name,
            Map<String, String> labels,
            String revision,
            boolean ready,
            boolean ending) {
        return new PodState(
                new KubePod(
                        new ObjectName(namespace, name),
                        "",
                        "10.0.0.1",
                        false,
                        false,
                        name,
                        labels,
                        revision,
                        "",
                        "default",
                        InboundCapture.ALL),
                ready,
                ending);
    }
}
