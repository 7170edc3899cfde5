// SPDX-License-Identifier: Apache-2.0
package io.serin.cli.demo;

import io.serin.cli.demo.event.DemoEvent;
import io.serin.cli.demo.event.DemoEvent.CommandTyped;
import io.serin.cli.demo.event.DemoEvent.Ended;
import io.serin.cli.demo.event.DemoEvent.Fact;
import io.serin.cli.demo.event.DemoEvent.NamespaceLabelled;
import io.serin.cli.demo.event.DemoEvent.PodsSeen;
import io.serin.cli.demo.event.DemoEvent.Said;
import io.serin.cli.demo.event.DemoEvent.SceneBegan;
import io.serin.cli.demo.event.DemoEvent.SceneTime;
import io.serin.cli.demo.event.DemoEvent.SecondOfTraffic;
import io.serin.cli.demo.event.DemoEvent.Waiting;
import io.serin.cli.demo.event.DemoEvent.WeightsWanted;
import io.serin.cli.demo.event.SeenPod;
import io.serin.cli.demo.event.SeenPod.Part;
import io.serin.cli.demo.event.SeenPod.State;
import io.serin.cli.demo.event.TrafficCounts;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;

/**
 * The demo's story as it goes on a cluster, without one: the same events in the same order, always
 * the same. For the page, the terminal, and for trying how a recording looks:
 *
 * <pre>java -cp cli/target/test-classes:… io.serin.cli.demo.ScriptedStory [TIMES-FASTER]</pre>
 */
public final class ScriptedStory {

    /**
     * An event of the script.
     *
     * @param at since the beginning
     */
    public record Cue(Duration at, DemoEvent event) {}

    private static final List<String> SCENES =
            List.of(
                    "A mesh: revision 1-0, and a shop whose pods get sidecars",
                    "An application canary: reviews v1 to v2 by HTTPRoute, and back",
                    "An upgrade: revision 1-1 beside 1-0, the shop moves to it",
                    "A rollback: the shop goes back to 1-0",
                    "Revision 1-1 is removed");

    private final List<Cue> cues = new ArrayList<>();
    private final List<SceneTime> times = new ArrayList<>();
    private final Map<String, SeenPod> pods = new LinkedHashMap<>();
    private final Random chance = new Random(20);
    private Duration now = Duration.ZERO;
    private Duration sceneBegan = Duration.ZERO;
    private TrafficCounts whole = TrafficCounts.NONE;
    private Map<String, Double> split = Map.of("v1", 0.4, "v2", 0.4, "v3", 0.2);

    private ScriptedStory() {}

    /** All of it. */
    public static List<Cue> cues() {
        var story = new ScriptedStory();
        story.mesh();
        story.canary();
        story.move(3, "1-1", "1-0");
        story.move(4, "1-0", "1-1");
        story.remove();
        story.tell(new Ended(story.times, Optional.of(Duration.ofMillis(1300)), story.whole, ""));
        return story.cues;
    }

    public static void main(String[] arguments) throws InterruptedException {
        double faster = arguments.length == 0 ? 1 : Double.parseDouble(arguments[0]);
        var screen = new Screen(System.out, true, true);
        Duration last = Duration.ZERO;
        for (Cue cue : cues()) {
            Thread.sleep((long) (cue.at().minus(last).toMillis() / faster));
            last = cue.at();
            screen.accept(cue.event());
        }
    }

    private void mesh() {
        begin(1);
        install("1-0");
        tell(
                new Said(
                        "a namespace says which revision it wants; new pods are injected by its webhook"));
        tell(new CommandTyped("kubectl label namespace shop istio.io/rev=1-0"));
        tell(new NamespaceLabelled("shop", "1-0"));
        tell(new NamespaceLabelled("visitors", "1-0"));
        tell(new CommandTyped("kubectl apply -f deploy/demo/shop.yaml -f deploy/demo/client.yaml"));
        for (String workload :
                List.of(
                        "web v1",
                        "web v1",
                        "reviews v1",
                        "reviews v1",
                        "reviews v2",
                        "reviews v2",
                        "reviews v3")) {
            pod("shop", workload, "1-0", State.STARTING);
        }
        tell(new Waiting("namespace shop: web-v1: container istio-proxy is not ready"));
        look(1500);
        pods.replaceAll((_, pod) -> in(State.READY, pod));
        pod("visitors", "client v1", "1-0", State.READY);
        look(900);
        tell(new Fact("sidecars: 7 pods on 1-0"));
        tell(
                new Said(
                        "a client sends 200 requests/s to web, which asks reviews, from here to the end"));
        seconds(5);
        end(1);
    }

    private void canary() {
        begin(2);
        for (int v1 : new int[] {100, 90, 50, 0, 100}) {
            tell(
                    new CommandTyped(
                            "kubectl apply -f route.yaml   # reviews-v1: "
                                    + v1
                                    + ", reviews-v2: "
                                    + (100 - v1)));
            tell(new WeightsWanted(Map.of("v1", v1, "v2", 100 - v1)));
            split = Map.of("v1", v1 / 100.0, "v2", 1 - v1 / 100.0);
            seconds(6);
            tell(new Fact("wanted " + v1 + "/" + (100 - v1) + "   of 1200 requests, 0 failed"));
        }
        end(2);
    }

    private void move(int scene, String to, String from) {
        begin(scene);
        if (scene == 3) {
            install(to);
            tell(new Fact("nothing has moved: 7 pods on 1-0"));
        }
        tell(new CommandTyped("kubectl label namespace shop istio.io/rev=" + to + " --overwrite"));
        tell(new NamespaceLabelled("shop", to));
        seconds(1);
        for (String deployment : List.of("reviews-v1", "reviews-v2", "reviews-v3", "web-v1")) {
            tell(new CommandTyped("kubectl -n shop rollout restart deployment " + deployment));
            List<SeenPod> old =
                    pods.values().stream()
                            .filter(pod ->
                                    pod.name().startsWith(deployment)
                                            && pod.revision().equals(from))
                            .toList();
            for (SeenPod pod : old) {
                SeenPod fresh =
                        pod(pod.namespace(), pod.app() + " " + pod.version(), to, State.STARTING);
                tell(new Waiting("namespace shop: " + deployment + ": pods are being replaced"));
                look(200);
                seconds(1);
                pods.put(fresh.name(), in(State.READY, fresh));
                pods.put(pod.name(), in(State.ENDING, pod));
                look(200);
                seconds(1);
                pods.remove(pod.name());
                look(200);
            }
        }
        tell(
                new Fact(
                        "all on "
                                + to
                                + ": 7 pods on "
                                + to
                                + "; meanwhile 2000 requests, 0 failed"));
        end(scene);
    }

    private void remove() {
        begin(5);
        tell(new CommandTyped("serin uninstall --revision 1-1 -y"));
        pods.values().removeIf(pod -> pod.revision().equals("1-1"));
        look(300);
        seconds(5);
        end(5);
    }

    private void install(String revision) {
        tell(new CommandTyped("serin install --revision " + revision));
        SeenPod istiod = pod("istio-system", "istiod ", revision, State.STARTING);
        tell(new Waiting("istiod-" + revision + ": container discovery is not ready"));
        look(1200);
        pods.put(istiod.name(), in(State.READY, istiod));
        look(300);
        tell(new Fact("revision " + revision + " is ready after 1.5 s"));
    }

    private void begin(int scene) {
        sceneBegan = now;
        tell(new SceneBegan(scene, SCENES.size(), SCENES.get(scene - 1)));
    }

    private void end(int scene) {
        times.add(new SceneTime(scene, SCENES.get(scene - 1), now.minus(sceneBegan)));
    }

    private void tell(DemoEvent event) {
        cues.add(new Cue(now, event));
    }

    private SeenPod pod(String namespace, String workload, String revision, State state) {
        String[] words = workload.split(" ", -1);
        boolean controlPlane = words[0].equals("istiod");
        String name =
                words[0]
                        + "-"
                        + (controlPlane ? revision : words[1])
                        + "-"
                        + Integer.toString(chance.nextInt(2_000_000, 60_000_000), 36);
        var pod =
                new SeenPod(
                        namespace,
                        name,
                        controlPlane ? Part.CONTROL_PLANE : Part.WORKLOAD,
                        words[0],
                        words[1],
                        revision,
                        state);
        pods.put(name, pod);
        return pod;
    }

    private static SeenPod in(State state, SeenPod pod) {
        return new SeenPod(
                pod.namespace(),
                pod.name(),
                pod.part(),
                pod.app(),
                pod.version(),
                pod.revision(),
                state);
    }

    private void look(int millis) {
        now = now.plusMillis(millis);
        tell(
                new PodsSeen(
                        pods.values().stream()
                                .sorted(Comparator.comparing(SeenPod::name))
                                .toList()));
    }

    private void seconds(int count) {
        for (int i = 0; i < count; i++) {
            now = now.plusSeconds(1);
            Map<String, Long> versions = new LinkedHashMap<>();
            for (int request = 0; request < 200; request++) {
                double drawn = chance.nextDouble();
                String version =
                        drawn < split.getOrDefault("v1", 0.0)
                                ? "v1"
                                : drawn
                                                < split.getOrDefault("v1", 0.0)
                                                        + split.getOrDefault("v2", 0.0)
                                        ? "v2"
                                        : "v3";
                versions.merge(version, 1L, Long::sum);
            }
            var counts = new TrafficCounts(200, 200, 0, 3 + chance.nextDouble() * 2, versions);
            whole = whole.plus(counts);
            tell(new SecondOfTraffic(counts));
        }
    }
}
