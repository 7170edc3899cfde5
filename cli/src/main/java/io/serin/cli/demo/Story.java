// SPDX-License-Identifier: Apache-2.0
package io.serin.cli.demo;

import com.fasterxml.jackson.databind.JsonNode;
import io.serin.api.contract.Labels;
import io.serin.api.name.Revision;
import io.serin.cli.client.CliFault;
import io.serin.cli.client.InstallValues;
import io.serin.cli.client.Installation;
import io.serin.cli.client.Manifests;
import io.serin.injector.template.TreeTemplate;
import io.serin.kube.Kube;
import io.serin.kube.read.ClusterReader;
import io.serin.kube.type.KubePod;
import io.serin.kube.type.ObjectName;
import io.serin.kube.write.Objects;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The story, scene by scene. Every wait is for a condition, and shows what it waits for. */
public final class Story implements AutoCloseable {

    public static final int SCENES = 5;

    private static final Revision OLD = new Revision("1-0");
    private static final Revision NEW = new Revision("1-1");
    private static final String SHOP = "shop";
    private static final String VISITORS = "visitors";
    private static final ObjectName CLIENT = new ObjectName(VISITORS, "client");
    private static final Duration PATIENCE = Duration.ofSeconds(150);
    private static final int MEASURED_SECONDS = 5;

    private record SceneTime(String title, Duration took) {}

    private final ClusterReader reader;
    private final Objects objects;
    private final Installation installation;
    private final Screen screen;
    private final boolean keep;
    private final boolean disposable;
    private final List<SceneTime> times = new ArrayList<>();
    private final List<Duration> changes = new ArrayList<>();
    private @Nullable Traffic traffic;

    /**
     * @param keep whether everything is to be left running at the end
     * @param disposable whether the cluster goes at the end, and all in it
     */
    public Story(Kube kube, Screen screen, boolean keep, boolean disposable) {
        this.reader = new ClusterReader(kube);
        this.objects = new Objects(kube);
        this.installation = new Installation(kube, text -> screen.live(text));
        this.screen = screen;
        this.keep = keep;
        this.disposable = disposable;
    }

    /**
     * Plays the scenes up to one.
     *
     * @return 0 when no request failed, else 1
     */
    public int play(int last) {
        scene(1, "A mesh: revision 1-0, and a shop whose pods get sidecars", this::mesh);
        if (last >= 2) {
            scene(
                    2,
                    "An application canary: reviews v1 to v2 by HTTPRoute, and back",
                    this::canary);
        }
        if (last >= 3) {
            scene(3, "An upgrade: revision 1-1 beside 1-0, the shop moves to it", this::upgrade);
        }
        if (last >= 4) {
            scene(4, "A rollback: the shop goes back to 1-0", this::rollback);
        }
        if (last >= 5) {
            scene(5, "Revision 1-1 is removed", this::remove);
        }
        return summary();
    }

    private void scene(int number, String title, Runnable play) {
        if (number > 1) {
            screen.betweenScenes();
        }
        screen.scene(number, title);
        Instant start = Instant.now();
        play.run();
        times.add(new SceneTime(title, Duration.between(start, Instant.now())));
    }

    // ---- scenes ----

    private void mesh() {
        install(OLD);
        screen.say(
                "a namespace says which revision it wants; new pods are injected by its webhook");
        screen.command("kubectl label namespace shop istio.io/rev=1-0");
        apply("namespaces.yaml", Map.of());
        screen.command("kubectl apply -f deploy/demo/shop.yaml -f deploy/demo/client.yaml");
        apply("shop.yaml", Map.of());
        awaitRollout(SHOP);
        apply("client.yaml", Map.of());
        awaitRollout(VISITORS);
        screen.fact("sidecars: " + revisionsOf(SHOP));
        KubePod client = reader.pods(VISITORS, Map.of("app", "client")).getFirst();
        traffic = new Traffic(reader, client.name());
        screen.say(
                "a client sends 200 requests/s to web, which asks reviews, from here to the end");
        watch(MEASURED_SECONDS);
    }

    private void canary() {
        screen.say("who gets how much is an HTTPRoute; apps and clients know nothing of it");
        for (int[] weights : new int[][] {{100, 0}, {90, 10}, {50, 50}, {0, 100}, {100, 0}}) {
            screen.command(
                    "kubectl apply -f route.yaml   # reviews-v1: "
                            + weights[0]
                            + ", reviews-v2: "
                            + weights[1]);
            Instant applied = Instant.now();
            apply("route.yaml", Map.of("v1", weights[0], "v2", weights[1]));
            awaitSplit(weights[0]);
            changes.add(Duration.between(applied, Instant.now()));
            Traffic.Second measured = watch(MEASURED_SECONDS);
            screen.fact(
                    String.format(
                            Locale.ROOT,
                            "wanted %3d/%-3d   measured %5.1f/%-5.1f   of %d requests, %d failed",
                            weights[0],
                            weights[1],
                            percent(measured, "v1"),
                            percent(measured, "v2"),
                            measured.succeeded(),
                            measured.failed()));
        }
    }

    private void upgrade() {
        String before = revisionsOf(SHOP);
        install(NEW);
        screen.fact("nothing has moved: " + revisionsOf(SHOP));
        relabel(NEW);
        if (!revisionsOf(SHOP).equals(before)) {
            throw CliFault.failed("pods of shop moved by themselves: " + revisionsOf(SHOP), "");
        }
        screen.fact("running pods stay where they are: " + revisionsOf(SHOP));
        restart(NEW);
    }

    private void rollback() {
        relabel(OLD);
        restart(OLD);
    }

    private void remove() {
        screen.command("serin uninstall --revision 1-1 -y");
        installation.uninstall(NEW, false);
        watch(MEASURED_SECONDS);
    }

    // ---- what scenes are made of ----

    private void install(Revision revision) {
        screen.command("serin install --revision " + revision);
        Instant start = Instant.now();
        installation.install(revision, InstallValues.of(Map.of()), PATIENCE);
        screen.fact("revision " + revision + " is ready after " + seconds(start));
    }

    private void relabel(Revision revision) {
        screen.command("kubectl label namespace shop istio.io/rev=" + revision + " --overwrite");
        objects.labelNamespace(SHOP, Labels.REVISION, revision.value());
    }

    private void restart(Revision wanted) {
        screen.say("one Deployment after the other, each when the one before is done");
        int mark = traffic().mark();
        for (ClusterReader.Rollout rollout : reader.rollouts(SHOP)) {
            screen.command("kubectl -n shop rollout restart deployment " + rollout.name().name());
            objects.restart(rollout.name());
            awaitRollout(SHOP);
        }
        await(
                "old pods of shop to be gone",
                () ->
                        reader.pods().stream()
                                .filter(pod -> pod.name().namespace().equals(SHOP))
                                .allMatch(pod -> pod.revision().equals(wanted.value())));
        Traffic.Second during = traffic().since(mark);
        screen.fact(
                "all on "
                        + wanted
                        + ": "
                        + revisionsOf(SHOP)
                        + "; meanwhile "
                        + during.sent()
                        + " requests, "
                        + during.failed()
                        + " failed");
    }

    private void apply(String file, Map<String, Object> values) {
        for (JsonNode document : TreeTemplate.parseYaml(Manifests.resource("/demo/" + file))) {
            objects.apply(TreeTemplate.render(document, values));
        }
    }

    private void awaitRollout(String namespace) {
        await(
                "namespace " + namespace,
                () ->
                        reader.rollouts(namespace).stream()
                                .filter(rollout -> !rollout.complete())
                                .findFirst()
                                .map(r -> r.name().name() + ": " + r.waitingFor()));
    }

    private void await(String what, java.util.function.BooleanSupplier holds) {
        await(what, () -> holds.getAsBoolean() ? Optional.empty() : Optional.of("not yet"));
    }

    private void await(String what, Supplier<Optional<String>> missing) {
        Instant end = Instant.now().plus(PATIENCE);
        for (Optional<String> reason = missing.get(); reason.isPresent(); reason = missing.get()) {
            screen.live("waiting for " + what + ": " + reason.get());
            if (Instant.now().isAfter(end)) {
                throw CliFault.failed(
                        "waited " + PATIENCE.toSeconds() + " s for " + what + ": " + reason.get(),
                        "look at it: kubectl get pods -A");
            }
            try {
                TimeUnit.MILLISECONDS.sleep(300);
            } catch (InterruptedException stopped) {
                Thread.currentThread().interrupt();
                throw CliFault.failed("interrupted", "");
            }
        }
    }

    /** Until a whole second shows the new split, or near enough for its few requests. */
    private void awaitSplit(int wantedV1) {
        Instant end = Instant.now().plus(PATIENCE);
        while (true) {
            Traffic.Second second = traffic().next();
            show(second);
            double off = Math.abs(percent(second, "v1") - wantedV1);
            boolean near = wantedV1 % 100 == 0 ? off == 0 : off < 12;
            if (near && second.of("v3") == 0) {
                return;
            }
            if (Instant.now().isAfter(end)) {
                throw CliFault.failed(
                        "the split is not followed: " + second.versions(),
                        "look at the route: kubectl -n shop describe httproute reviews");
            }
        }
    }

    private Traffic.Second watch(int howLong) {
        int mark = traffic().mark();
        for (int i = 0; i < howLong; i++) {
            show(traffic().next());
        }
        return traffic().since(mark);
    }

    private void show(Traffic.Second second) {
        screen.live(
                String.format(
                        Locale.ROOT,
                        "%d requests/s   %.1f %% ok   p99 %.1f ms   %s",
                        second.sent(),
                        second.succeeded() + second.failed() == 0
                                ? 100.0
                                : 100.0
                                        * second.succeeded()
                                        / (second.succeeded() + second.failed()),
                        second.p99Millis(),
                        second.versions()));
    }

    private Traffic traffic() {
        if (traffic == null) {
            throw new IllegalStateException("no client yet");
        }
        return traffic;
    }

    private static double percent(Traffic.Second second, String version) {
        long all = second.versions().values().stream().mapToLong(Long::longValue).sum();
        return all == 0 ? 0 : 100.0 * second.of(version) / all;
    }

    private String revisionsOf(String namespace) {
        Map<String, Integer> counts = new TreeMap<>();
        for (KubePod pod : reader.pods()) {
            if (pod.name().namespace().equals(namespace)) {
                counts.merge(
                        pod.revision().isEmpty() ? "without" : pod.revision(), 1, Integer::sum);
            }
        }
        List<String> parts = new ArrayList<>();
        counts.forEach((revision, count) -> parts.add(count + " pods on " + revision));
        return String.join(", ", parts);
    }

    private static String seconds(Instant since) {
        return seconds(Duration.between(since, Instant.now()));
    }

    private static String seconds(Duration took) {
        return String.format(Locale.ROOT, "%.1f s", took.toMillis() / 1000.0);
    }

    private int summary() {
        Traffic.Second all = stopClient();
        screen.say("");
        screen.say("summary");
        for (int i = 0; i < times.size(); i++) {
            screen.fact(
                    String.format(
                            Locale.ROOT,
                            "%7s  %s  %s",
                            seconds(times.get(i).took()),
                            "①②③④⑤".charAt(i),
                            times.get(i).title()));
        }
        if (!changes.isEmpty()) {
            Duration slowest = changes.stream().max(Duration::compareTo).orElseThrow();
            screen.fact(
                    "a change of weights was seen in a whole second of traffic after "
                            + seconds(slowest)
                            + " at most");
        }
        screen.fact("requests sent: " + all.sent() + ", failed: " + all.failed());
        if (all.failed() > 0) {
            screen.fact("the last failure: " + traffic().lastFailure());
        }
        return all.failed() == 0 ? 0 : 1;
    }

    /** Its counts of the whole run, every answer that was still due included. */
    private Traffic.Second stopClient() {
        objects.scale(CLIENT, 0);
        screen.live("waiting for the client's last answers");
        Traffic.Second all = traffic().whole();
        if (keep) {
            objects.scale(CLIENT, 1);
        }
        return all;
    }

    /** On a cluster that is not ours: takes away what the story made. */
    @Override
    public void close() {
        if (traffic != null) {
            traffic.close();
        }
        if (keep || disposable) {
            return;
        }
        screen.say("cleaning up …");
        objects.deleteNamespace(SHOP);
        objects.deleteNamespace(VISITORS);
        boolean gone = objects.awaitNoNamespace(SHOP, 60) && objects.awaitNoNamespace(VISITORS, 60);
        if (!gone) {
            screen.say("namespaces shop and visitors are still going");
        }
        for (Revision revision : List.of(OLD, NEW)) {
            try {
                installation.uninstall(revision, false);
            } catch (CliFault notThere) {
                // Scene 5 removed it, or an earlier scene failed before it came.
            }
        }
    }
}
