// SPDX-License-Identifier: Apache-2.0
package io.serin.cli.page;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.offset;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.serin.cli.demo.ScriptedStory;
import io.serin.cli.demo.ScriptedStory.Cue;
import io.serin.cli.demo.event.DemoEvent;
import io.serin.cli.demo.event.DemoEvent.Ended;
import io.serin.cli.demo.event.DemoEvent.PodsSeen;
import io.serin.cli.demo.event.DemoEvent.SceneBegan;
import io.serin.cli.demo.event.DemoEvent.SecondOfTraffic;
import io.serin.cli.demo.event.DemoEvent.Stopped;
import io.serin.cli.demo.event.DemoEvent.WeightsWanted;
import io.serin.cli.demo.event.SeenPod;
import io.serin.cli.demo.event.TrafficCounts;
import io.serin.cli.page.Browser.Window;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The page in a real browser, which plays a scripted story. {@code -Dscreenshot=update} writes
 * docs/demo-page.png.
 */
@Timeout(value = 300, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class DemoPageBrowserIT {

    private static final Path PICTURE = Path.of("../docs/demo-page.png");

    @BeforeAll
    static void thereIsABrowser() {
        Browser.missing()
                .ifPresent(name ->
                        Assumptions.abort("no browser here; install it: apt-get install " + name));
    }

    static Stream<Window> windows() {
        return Stream.of(
                new Window(390, 844, true, false, false),
                new Window(390, 844, true, true, false),
                new Window(1280, 860, false, false, false),
                new Window(1280, 860, false, true, true));
    }

    /** The scripted story, a page that shows it by the script's own clock, and who looks at it. */
    private static final class Stage implements AutoCloseable {

        private final AtomicReference<Duration> now = new AtomicReference<>(Duration.ZERO);
        private final Deque<Cue> script = new ArrayDeque<>(ScriptedStory.cues());
        private final DemoPage page;
        private final Browser browser;
        private DemoEvent last = new Stopped("nothing was played");

        Stage(Window window) throws PageFault, IOException {
            page = DemoPage.open(0, now::get);
            browser = new Browser(window);
        }

        void open() throws IOException {
            browser.open(page.address());
        }

        /** Up to the first event of that kind, which is told too. */
        void playUntil(Predicate<DemoEvent> end) {
            do {
                Cue cue = script.removeFirst();
                now.set(cue.at());
                tell(cue.event());
                last = cue.event();
            } while (!end.test(last));
        }

        /** Up to a scene's beginning, and until it is seen: what came before is drawn by then. */
        void showScene(int number) {
            playScene(number);
            until(() -> text("#scene").startsWith(number + ". "));
        }

        /** Up to a second or a look at the pods, and until it is seen. */
        void showUntil(Predicate<DemoEvent> end) {
            playUntil(end);
            until(() -> is("known.at === " + now.get().toMillis() + " && !due"));
        }

        void playScene(int number) {
            playUntil(event -> event instanceof SceneBegan scene && scene.number() == number);
        }

        void tell(DemoEvent event) {
            page.accept(event);
        }

        String text(String selector) throws IOException {
            return browser.text(selector);
        }

        JsonNode value(String expression) throws IOException {
            return browser.value(expression);
        }

        boolean is(String expression) throws IOException {
            return value(expression).asBoolean();
        }

        void until(Callable<Boolean> holds) {
            await().atMost(Duration.ofSeconds(60)).pollInterval(Duration.ofMillis(50)).until(holds);
        }

        /** How many pods of the shop stand in a column, by where they are on the screen. */
        int podsIn(String revision) throws IOException {
            return value(
                            """
                            (() => {
                              const title = [...document.querySelectorAll('#ground .title')].find(t => t.textContent === 'revision %s');
                              if (!title) return 0;
                              const columns = [...document.querySelectorAll('#ground rect')].map(r => r.getBoundingClientRect());
                              const column = columns.find(c => c.left <= title.getBoundingClientRect().left && title.getBoundingClientRect().left < c.right);
                              return [...document.querySelectorAll('.pod:not(.gone)')].filter(p => !p.dataset.pod.startsWith('istiod') && !p.dataset.pod.startsWith('client'))
                                  .map(p => p.querySelector('.box').getBoundingClientRect())
                                  .filter(b => b.left >= column.left && b.right <= column.right).length;
                            })()\
                            """
                                    .formatted(revision))
                    .asInt();
        }

        @Override
        public void close() throws IOException {
            browser.close();
            page.close();
        }
    }

    @ParameterizedTest
    @MethodSource("windows")
    void showsTheWholeStory(Window window) throws Exception {
        try (Stage stage = new Stage(window)) {
            stage.open();
            stage.until(() -> stage.text("#connection").equals("live"));
            assertThat(stage.text("#scene")).isEqualTo("Getting ready");
            thePictureAppears(stage);
            itFollowsAShift(stage);
            podsMove(stage);
            // For whoever reads a failure.
            Files.write(
                    Path.of(
                            "target/demo-page-"
                                    + window.width()
                                    + (window.dark() ? "-dark" : "-light")
                                    + ".png"),
                    stage.browser.screenshot());
            stage.playUntil(event -> event instanceof Ended);
            itShowsTheEnd(stage);
            looksRight(stage, window);
        }
    }

    private static void thePictureAppears(Stage stage) throws Exception {
        stage.showScene(2);
        stage.until(() -> stage.podsIn("1-0") == 7);
        assertThat(stage.text("#scene"))
                .isEqualTo("2. An application canary: reviews v1 to v2 by HTTPRoute, and back");
        assertThat(stage.text("#command")).startsWith("kubectl apply -f deploy/demo/shop.yaml");
        assertThat(stage.text("#failed")).isEqualTo("0");
        assertThat(stage.text("#sent")).isEqualTo("1\u202f000");
        assertThat(stage.text("#rate")).isEqualTo("200");
        assertThat(stage.text("#p99")).matches("\\d\\.\\d");
        assertThat(stage.text("[data-pod^=web] .name")).startsWith("web");
        assertThat(stage.text("[data-pod^=reviews-v2]")).contains("v2", "✓");
        assertThat(stage.text("[data-pod^=istiod] title"))
                .contains("istio-system/istiod-1-0", "ready");
        assertThat(stage.text("#rate-web")).isEqualTo("200/s");
        assertThat(
                        stage.value(
                                        "['v1','v2','v3'].reduce((n, v) => n + parseInt(document.getElementById('rate-reviews-' + v).textContent), 0)")
                                .asInt())
                .isEqualTo(200);
        assertThat(stage.value("document.querySelectorAll('.arrow.flows').length").asInt())
                .isEqualTo(4);
        assertThat(stage.value("document.querySelectorAll('.area').length").asInt()).isEqualTo(3);
        assertThat(stage.is("document.querySelector('.wanted') === null")).isTrue();
    }

    private static void itFollowsAShift(Stage stage) throws Exception {
        stage.playUntil(event ->
                event instanceof WeightsWanted(var weights)
                        && weights.equals(Map.of("v1", 50, "v2", 50)));
        for (int i = 0; i < 5; i++) {
            stage.showUntil(event -> event instanceof SecondOfTraffic);
        }
        stage.until(() -> stage.text("#legend").contains("wanted 50 / 50"));
        // 100, 90, 50: the line goes down the chart by its two steps, and the areas meet near it.
        String line =
                stage.value("document.querySelector('[data-wanted=v1]').getAttribute('d')")
                        .asText();
        double[] levels =
                Stream.of(
                                line.replaceAll("[ML] [\\d.]+ ([\\d.]+) H [\\d.]+", "$1")
                                        .strip()
                                        .split("\\s+", -1))
                        .mapToDouble(Double::parseDouble)
                        .toArray();
        assertThat(levels).hasSize(3).isSorted();
        assertThat((levels[1] - levels[0]) * 4).isCloseTo(levels[2] - levels[1], offset(0.5));
        assertThat(Integer.parseInt(stage.text("#legend span").replaceAll("v1 (\\d+) %", "$1")))
                .isBetween(38, 62);
        assertThat(
                        stage.is(
                                "!document.querySelector('[data-to=\"reviews v3\"]').classList.contains('flows')"))
                .isTrue();
        assertThat(
                        stage.is(
                                "document.querySelector('[data-to=\"reviews v2\"]').classList.contains('flows')"))
                .isTrue();
    }

    private static void podsMove(Stage stage) throws Exception {
        stage.showScene(3);
        stage.showUntil(event -> seesOn(event, "1-1", 3));
        stage.until(() -> stage.podsIn("1-1") == 3);
        assertThat(stage.podsIn("1-0")).isBetween(4, 5);
        // The label goes before the pods.
        stage.until(() ->
                stage.is(
                        "document.querySelector('[data-namespace=shop]').getBoundingClientRect().left > document.querySelector('[data-namespace=visitors]').getBoundingClientRect().right"));
        stage.showScene(4);
        stage.until(() -> stage.podsIn("1-1") == 7 && stage.podsIn("1-0") == 0);
        stage.showScene(5);
        stage.until(() -> stage.podsIn("1-0") == 7 && stage.podsIn("1-1") == 0);
    }

    private static boolean seesOn(DemoEvent event, String revision, int count) {
        return event instanceof PodsSeen(var pods)
                && pods.stream()
                                .filter(pod ->
                                        pod.part() == SeenPod.Part.WORKLOAD
                                                && pod.revision().equals(revision))
                                .count()
                        == count;
    }

    private static void itShowsTheEnd(Stage stage) throws Exception {
        stage.until(() -> stage.text("#outcome").startsWith("The end: "));
        Ended ended = (Ended) stage.last;
        assertThat(stage.text("#outcome").replace("\u202f", ""))
                .isEqualTo("The end: " + ended.whole().sent() + " requests, 0 failed");
        assertThat(stage.text("#log")).contains("scene 5 took", "seen after 1.3 s at most");
        assertThat(stage.value("document.querySelectorAll('#scenes .done').length").asInt())
                .isEqualTo(5);
        assertThat(stage.text("#ground")).contains("revision 1-0", "no 1-1 any more");
        stage.page.close();
        stage.until(() -> stage.text("#connection").equals("over; the last picture"));
        assertThat(stage.podsIn("1-0")).isEqualTo(7);
    }

    private static void looksRight(Stage stage, Window window) throws Exception {
        assertThat(stage.value("window.errors").toString()).isEqualTo("[]");
        assertThat(
                        stage.is(
                                "performance.getEntriesByType('resource').every(r => r.name.startsWith(location.origin))"))
                .isTrue();
        assertThat(stage.value("document.documentElement.scrollWidth").asInt())
                .isLessThanOrEqualTo(window.width());
        assertThat(stage.value("getComputedStyle(document.body).backgroundColor").asText())
                .isEqualTo(window.dark() ? "rgb(15, 19, 25)" : "rgb(246, 245, 241)");
        assertThat(
                        stage.value(
                                        "getComputedStyle(document.querySelector('.pod')).transitionDuration")
                                .asText())
                .isEqualTo(window.reducedMotion() ? "0s" : "1s, 0.6s");
        assertThat(
                        stage.value(
                                        "parseFloat(getComputedStyle(document.getElementById('failed')).fontSize)")
                                .asDouble())
                .isGreaterThan(60);
        // No word of a pod sticks out of its box, and no box over another.
        assertThat(
                        stage.value(
                                        """
                                        [...document.querySelectorAll('.pod')].filter(p => {
                                          const box = p.querySelector('.box').getBoundingClientRect();
                                          return [...p.querySelectorAll('text')].some(t => t.getBoundingClientRect().right > box.right);
                                        }).map(p => p.dataset.pod)\
                                        """)
                                .toString())
                .isEqualTo("[]");
        assertThat(
                        stage.is(
                                "[...document.querySelectorAll('#services text')].every(t => t.getBoundingClientRect().right < document.querySelector('#ground rect').getBoundingClientRect().left)"))
                .isTrue();
        assertThat(
                        stage.is(
                                "document.getElementById('failures').getAttribute('aria-live') === 'polite'"))
                .isTrue();
        assertThat(stage.text("#summary")).contains("requests, 0 failed", "8 pods on 1-0");
        assertThat(
                        stage.value("document.getElementById('picture').getAttribute('aria-label')")
                                .asText())
                .contains("pods on 1-0");
    }

    @Test
    void whoComesLateSeesTheSamePicture() throws Exception {
        try (Stage stage = new Stage(new Window(1280, 860, false, false, true))) {
            stage.playScene(4);
            stage.open();

            stage.until(() -> stage.text("#scene").startsWith("4. A rollback"));
            stage.until(() -> stage.podsIn("1-1") == 7);
            assertThat(stage.value("document.querySelectorAll('.scene').length").asInt())
                    .isGreaterThanOrEqualTo(3);
            assertThat(stage.text("#log")).contains("1. A mesh", "wanted 50/50", "all on 1-1");
        }
    }

    @Test
    void aFailedRequestCantBeOverlooked() throws Exception {
        try (Stage stage = new Stage(new Window(390, 844, true, false, true))) {
            stage.open();
            stage.playScene(2);
            stage.tell(new SecondOfTraffic(new TrafficCounts(200, 197, 3, 9, Map.of("v1", 197L))));
            stage.tell(new Stopped("the split is not followed"));

            stage.until(() -> stage.text("#outcome").startsWith("Stopped"));
            assertThat(stage.text("#failed")).isEqualTo("3");
            assertThat(
                            stage.value("getComputedStyle(document.getElementById('failed')).color")
                                    .asText())
                    .isEqualTo("rgb(187, 45, 36)");
            assertThat(stage.value("document.querySelectorAll('.failure').length").asInt())
                    .isEqualTo(1);
            assertThat(stage.text("#outcome")).isEqualTo("Stopped: the split is not followed");
            assertThat(stage.value("document.title").asText()).isEqualTo("Serin demo: 3 failed");
        }
    }

    /** In the middle of the upgrade, when most can be seen at once. */
    @Test
    void aPictureForTheReadme() throws Exception {
        try (Stage stage = new Stage(new Window(1240, 700, false, false, false))) {
            stage.open();
            stage.playUntil(event -> seesOn(event, "1-1", 3));
            stage.showUntil(event -> event instanceof SecondOfTraffic);
            stage.until(() -> stage.podsIn("1-1") == 3);
            byte[] picture = stage.browser.screenshot();
            assertThat(ImageIO.read(new ByteArrayInputStream(picture)).getWidth()).isEqualTo(1240);
            if ("update".equals(System.getProperty("screenshot"))) {
                Files.write(PICTURE, picture);
            }
        }
    }
}
