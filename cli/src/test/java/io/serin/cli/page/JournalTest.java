// SPDX-License-Identifier: Apache-2.0
package io.serin.cli.page;

import static org.assertj.core.api.Assertions.assertThat;

import io.serin.cli.demo.event.DemoEvent;
import io.serin.cli.demo.event.DemoEvent.Ended;
import io.serin.cli.demo.event.DemoEvent.Fact;
import io.serin.cli.demo.event.DemoEvent.PodsSeen;
import io.serin.cli.demo.event.DemoEvent.SecondOfTraffic;
import io.serin.cli.demo.event.DemoEvent.Waiting;
import io.serin.cli.demo.event.SeenPod;
import io.serin.cli.demo.event.TrafficCounts;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JournalTest {

    private static final SecondOfTraffic SECOND =
            new SecondOfTraffic(new TrafficCounts(200, 199, 1, 3, Map.of("v1", 199L)));

    private final Journal journal = new Journal("run");

    @Test
    void ofPodsOnlyTheLatestSightIsTold() {
        add(pods("web-1"), pods("web-2"), pods("web-3"));

        assertThat(journal.after(0)).singleElement().asString().contains("id: run-3\n", "web-3");
    }

    @Test
    void whatIsWaitedForIsToldOnceHoweverOftenItIsSaid() {
        assertThat(journal.add(new Waiting("a pod"), Duration.ZERO)).isTrue();
        assertThat(journal.add(new Waiting("a pod"), Duration.ofSeconds(1))).isFalse();
        assertThat(journal.add(new Fact("there"), Duration.ofSeconds(2))).isTrue();
        assertThat(journal.add(new Waiting("a pod"), Duration.ofSeconds(3))).isTrue();
    }

    @Test
    void factsAreToldAllAndInOrder() {
        add(new Fact("one"), pods("web"), new Fact("two"));

        assertThat(String.join("", journal.after(0))).containsSubsequence("one", "web", "two");
    }

    @Test
    void aDayOfTrafficIsBoundedAndItsSumsAreWhole() {
        for (int i = 0; i < 86_400; i++) {
            add(SECOND);
        }

        assertThat(journal.after(0))
                .hasSize(1200)
                .last()
                .asString()
                .contains("\"total\":{\"sent\":17280000,\"failed\":86400}");
    }

    @Test
    void theClientsOwnCountsHoldAndOneThatComesBackAddsToThem() {
        add(
                SECOND,
                new Ended(
                        List.of(),
                        Optional.empty(),
                        new TrafficCounts(230, 230, 0, 3, Map.of()),
                        ""),
                SECOND);

        assertThat(journal.after(2))
                .singleElement()
                .asString()
                .contains("\"total\":{\"sent\":430,\"failed\":1}");
    }

    @ParameterizedTest
    @CsvSource({
        "run-2, 2",
        "run-3, 3",
        "run-4, 0",
        "run-0, 0",
        "other-2, 0",
        "run, 0",
        "'', 0",
        "run-x, 0",
        "run--1, 0"
    })
    void whoComesBackGoesOnWhereItWasUnlessItWasAnotherDemo(String lastEventId, long number) {
        add(new Fact("one"), new Fact("two"), new Fact("three"));

        assertThat(journal.numberOf(lastEventId)).isEqualTo(number);
    }

    private void add(DemoEvent... events) {
        for (DemoEvent event : events) {
            assertThat(journal.add(event, Duration.ZERO)).isTrue();
        }
    }

    private static PodsSeen pods(String name) {
        return new PodsSeen(
                List.of(
                        new SeenPod(
                                "shop",
                                name,
                                SeenPod.Part.WORKLOAD,
                                "web",
                                "v1",
                                "1-0",
                                SeenPod.State.READY)));
    }
}
