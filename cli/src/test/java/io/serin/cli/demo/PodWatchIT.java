// SPDX-License-Identifier: Apache-2.0
package io.serin.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.serin.cli.RecordedCluster;
import io.serin.cli.demo.event.DemoEvent;
import io.serin.cli.demo.event.DemoEvent.PodsSeen;
import io.serin.cli.demo.event.SeenPod;
import io.serin.cli.demo.event.SeenPod.Part;
import io.serin.cli.demo.event.SeenPod.State;
import io.serin.kube.Kube;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What it reads of an API server, and how often. */
class PodWatchIT {

    private static final String READY = "[{\"type\":\"Ready\",\"status\":\"True\"}]";

    @TempDir private Path folder;

    @Test
    void looksOnceASecondByOneRequest() throws IOException {
        List<DemoEvent> told = new CopyOnWriteArrayList<>();
        try (var cluster =
                new RecordedCluster()
                        .on(
                                "GET /api/v1/pods",
                                200,
                                "{\"kind\":\"PodList\",\"apiVersion\":\"v1\",\"items\":["
                                        + pod("ready", "", READY)
                                        + ","
                                        + pod("starting", "", "[]")
                                        + ","
                                        + pod(
                                                "ending",
                                                "\"deletionTimestamp\":\"2026-01-02T03:04:05Z\",",
                                                READY)
                                        + "]}")) {
            try (Kube kube =
                            Kube.connect(
                                    Optional.of(cluster.kubeconfig(folder)), Optional.empty());
                    var watch = new PodWatch(kube, new Narrator(List.of(told::add)))) {
                long began = System.nanoTime();
                watch.start();
                await().until(() -> cluster.requests().size() >= 3);
                assertThat(System.nanoTime() - began).isGreaterThan(1_900_000_000L);
            }
            assertThat(cluster.requests())
                    .allMatch(request -> request.startsWith("GET /api/v1/pods"));
        }
        assertThat(told)
                .containsExactly(
                        new PodsSeen(
                                List.of(
                                        seen("ending", State.ENDING),
                                        seen("ready", State.READY),
                                        seen("starting", State.STARTING))));
    }

    private static SeenPod seen(String name, State state) {
        return new SeenPod("shop", name, Part.WORKLOAD, "web", "v1", "1-0", state);
    }

    private static String pod(String name, String metadata, String conditions) {
        return """
        {"metadata":{%s"name":"%s","namespace":"shop","labels":{"app":"web","version":"v1"},
         "annotations":{"istio.io/rev":"1-0"},"ownerReferences":[]},
         "spec":{"containers":[]},"status":{"phase":"Running","podIP":"10.0.0.1","conditions":%s}}
        """
                .formatted(metadata, name, conditions);
    }
}
