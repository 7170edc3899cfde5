// SPDX-License-Identifier: Apache-2.0
package io.serin.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.serin.e2e.cluster.Program.Ended;
import io.serin.e2e.stage.Cast;
import io.serin.e2e.stage.Scene;
import io.serin.e2e.stage.Stage;
import io.serin.e2e.stage.Story;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Pods are replaced while they still work on requests that take half a minute. */
@Story
class LongRequestsStoryIT {

    private static final int REQUESTS = 8;

    private final Stage stage;

    LongRequestsStoryIT(Stage stage) {
        this.stage = stage;
    }

    @Test
    void aRollingRestartWaitsForThem() throws Exception {
        try (Scene shop = stage.scene("long", Stage.FIRST);
                ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
            shop.perform(
                    Cast.server("reviews", "v1", 2, 9080, "")
                                    .replace(
                                            "terminationGracePeriodSeconds: 15",
                                            "terminationGracePeriodSeconds: 60")
                            + Cast.service("reviews", 9080));
            assertThat(shop.curl(shop.url("reviews", 9080, "/")).out()).contains("v1");
            Set<String> before = shop.revisions().keySet();

            String url = shop.url("reviews", 9080, "/?delay=30000");
            List<Future<Ended>> answers =
                    IntStream.range(0, REQUESTS)
                            .mapToObj(_ ->
                                    clients.submit(() ->
                                            shop.inVisitor(
                                                    "curl --silent --show-error --fail"
                                                            + " --max-time 60",
                                                    url)))
                            .toList();
            // Each of them is in flight by now, or would be answered by a new pod.
            Thread.sleep(4_000);
            shop.restart();

            assertThat(shop.revisions().keySet()).doesNotContainAnyElementsOf(before);
            for (Future<Ended> answer : answers) {
                assertThat(answer.get().out())
                        .as(answer.get().toString())
                        .containsAnyOf(before.toArray(String[]::new));
            }
        }
    }
}
