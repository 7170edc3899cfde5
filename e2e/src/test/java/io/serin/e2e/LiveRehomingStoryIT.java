// SPDX-License-Identifier: Apache-2.0
package io.serin.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.serin.e2e.stage.Cast;
import io.serin.e2e.stage.Kubectl;
import io.serin.e2e.stage.Load;
import io.serin.e2e.stage.Scene;
import io.serin.e2e.stage.Stage;
import io.serin.e2e.stage.Story;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/**
 * The shop's running proxies move to a second revision and back: no pod is restarted, no request
 * lost, and a connection that was open before is open after.
 */
@Story
class LiveRehomingStoryIT {

    private static final int LEAST_QUESTIONS = 20;

    private final Stage stage;

    LiveRehomingStoryIT(Stage stage) {
        this.stage = stage;
    }

    @Test
    void runningProxiesMoveAndNobodyWhoUsesThemCanTell() {
        stage.install(Stage.SECOND);
        try (Scene shop = stage.scene("rehome", Stage.FIRST)) {
            shop.perform(Cast.shop());
            Map<String, String> lives = lives(shop);
            assertThat(serin("upgrade plan --to %s --namespace %s", Stage.SECOND, shop))
                    .contains("namespace " + shop.name() + ", 6 proxies, to " + Stage.SECOND)
                    .contains("nothing changes");

            try (Load load = shop.load(shop.url("web", 8080, "/"), 200)) {
                Process questions = askOnOneConnection(shop);

                serin("upgrade --live --to %s --namespace %s --yes", Stage.SECOND, shop);
                assertThat(homes(shop).values()).containsOnly(Stage.SECOND);
                assertThat(shop.revisions().values())
                        .as("injected as before")
                        .containsOnly(Stage.FIRST);

                // What the second one says holds for the pods that the first one injected.
                shop.apply(Cast.route(Map.of("reviews-v1", 0, "reviews-v2", 100)));
                load.awaitSeconds(3);
                assertThat(load.lastSecond().versions().keySet()).containsExactly("v2");

                Instant began = Instant.now();
                serin("rollback --live --namespace %s --yes", shop);
                assertThat(Duration.between(began, Instant.now()))
                        .isLessThan(Duration.ofSeconds(10));
                assertThat(homes(shop).values()).containsOnly(Stage.FIRST);
                load.awaitSeconds(3);

                assertThat(answers(questions))
                        .as("status and connections that were made, of each request")
                        .hasSizeGreaterThan(LEAST_QUESTIONS)
                        .startsWith("200/1")
                        .filteredOn(answer -> !answer.equals("200/0"))
                        .hasSize(1);
                Load.Counts counts = load.stop();
                assertThat(counts.failed()).as(counts.lastFailure()).isZero();
                assertThat(counts.outstanding()).isZero();
            }
            assertThat(lives(shop)).as("no pod was restarted").isEqualTo(lives);
        }
    }

    /**
     * Two requests a second on one connection, from an application of the shop's, until the end.
     */
    private Process askOnOneConnection(Scene shop) {
        return stage.kubectl()
                .start(
                        "exec -n %s %s -c server -- curl --silent --rate 2/s --output /dev/null --write-out %%{stderr}%%{http_code}/%%{num_connects}\\n http://reviews:9080/reviews?[1-1000]"
                                .formatted(shop.name(), shop.pod("app=web,version=v1")));
    }

    /**
     * On standard error, where nothing waits for company; the process's own end closes no stream.
     */
    private static List<String> answers(Process questions) {
        questions.toHandle().destroy();
        return questions.errorReader().lines().toList();
    }

    /** Each pod with what would tell of a restart: its uid, its start, its containers' restarts. */
    private Map<String, String> lives(Scene shop) {
        Map<String, String> lives = new TreeMap<>();
        for (JsonNode pod : stage.kubectl().json("get pods -n " + shop.name()).path("items")) {
            StringBuilder life = new StringBuilder();
            life.append(pod.at("/metadata/uid").asText())
                    .append(' ')
                    .append(pod.at("/status/startTime").asText());
            for (String kind : List.of("initContainerStatuses", "containerStatuses")) {
                pod.path("status")
                        .path(kind)
                        .forEach(container ->
                                life.append(' ')
                                        .append(container.path("name").asText())
                                        .append('=')
                                        .append(container.path("restartCount").asInt()));
            }
            lives.put(pod.at("/metadata/name").asText(), life.toString());
        }
        return lives;
    }

    /** Where each proxy of the shop is. */
    private Map<String, String> homes(Scene shop) {
        Map<String, String> homes = new TreeMap<>();
        Kubectl.parse(stage.serin().run("proxy status -o json"))
                .path("proxies")
                .forEach(proxy -> {
                    if (proxy.path("namespace").asText().equals(shop.name())) {
                        homes.put(proxy.path("pod").asText(), proxy.path("servedBy").asText());
                    }
                });
        return homes;
    }

    private String serin(String words, Object... values) {
        Object[] names = new Object[values.length];
        for (int i = 0; i < values.length; i++) {
            names[i] = values[i] instanceof Scene scene ? scene.name() : values[i];
        }
        return stage.serin().run(words.formatted(names));
    }
}
