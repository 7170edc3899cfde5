// SPDX-License-Identifier: Apache-2.0
package io.serin.cli.page;

import static org.assertj.core.api.Assertions.assertThat;

import io.serin.cli.demo.event.DemoEvent;
import io.serin.cli.demo.event.DemoEvent.CommandTyped;
import io.serin.cli.demo.event.DemoEvent.Ended;
import io.serin.cli.demo.event.DemoEvent.Fact;
import io.serin.cli.demo.event.DemoEvent.NamespaceLabelled;
import io.serin.cli.demo.event.DemoEvent.Paused;
import io.serin.cli.demo.event.DemoEvent.PodsSeen;
import io.serin.cli.demo.event.DemoEvent.Said;
import io.serin.cli.demo.event.DemoEvent.SceneBegan;
import io.serin.cli.demo.event.DemoEvent.SceneTime;
import io.serin.cli.demo.event.DemoEvent.SecondOfTraffic;
import io.serin.cli.demo.event.DemoEvent.Stopped;
import io.serin.cli.demo.event.DemoEvent.Waiting;
import io.serin.cli.demo.event.DemoEvent.WeightsWanted;
import io.serin.cli.demo.event.SeenPod;
import io.serin.cli.demo.event.TrafficCounts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** All kinds of events as they go to the browser: {@code -Dgolden=update} rewrites the file. */
class EventFramesTest {

    private static final Path GOLDEN =
            Path.of("src/test/resources/io/serin/cli/page/golden/frames.txt");
    private static final TrafficCounts COUNTS =
            new TrafficCounts(200, 198, 2, 3.25, Map.of("v2", 20L, "v1", 178L));

    @Test
    void everyKindHasItsName() throws IOException {
        List<DemoEvent> events =
                List.of(
                        new SceneBegan(1, 5, "A mesh"),
                        new Said("a \"word\"\nand another"),
                        new CommandTyped("kubectl get pods"),
                        new Fact("ready after 1.5 s"),
                        new Waiting("a pod"),
                        new Paused(),
                        new SecondOfTraffic(COUNTS),
                        new WeightsWanted(Map.of("v1", 90, "v2", 10)),
                        new NamespaceLabelled("shop", "1-1"),
                        new PodsSeen(
                                List.of(
                                        new SeenPod(
                                                "istio-system",
                                                "istiod-1-0-x",
                                                SeenPod.Part.CONTROL_PLANE,
                                                "istiod",
                                                "",
                                                "1-0",
                                                SeenPod.State.READY),
                                        new SeenPod(
                                                "shop",
                                                "web-v1-y",
                                                SeenPod.Part.WORKLOAD,
                                                "web",
                                                "v1",
                                                "1-0",
                                                SeenPod.State.STARTING))),
                        new Ended(
                                List.of(new SceneTime(1, "A mesh", Duration.ofMillis(1250))),
                                Optional.of(Duration.ofMillis(800)),
                                COUNTS,
                                "503"),
                        new Stopped("timed out"));
        var journal = new Journal("run");

        for (DemoEvent event : events) {
            assertThat(journal.add(event, Duration.ofMillis(1500))).isTrue();
        }
        String frames = String.join("", journal.after(0));

        if ("update".equals(System.getProperty("golden"))) {
            Files.writeString(GOLDEN, frames);
        }
        assertThat(frames).isEqualTo(Files.readString(GOLDEN));
    }
}
