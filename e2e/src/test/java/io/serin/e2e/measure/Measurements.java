// SPDX-License-Identifier: Apache-2.0
package io.serin.e2e.measure;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.serin.api.contract.Ports;
import io.serin.e2e.stage.Cast;
import io.serin.e2e.stage.Kubectl;
import io.serin.e2e.stage.Load;
import io.serin.e2e.stage.Scene;
import io.serin.e2e.stage.Stage;
import io.serin.e2e.stage.Story;
import io.serin.e2e.stage.Waiting;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * The figures of docs/benchmarks.md that need a cluster, printed as rows of its table. Run by
 * {@code e2e/measure} only: not a test of the build, since a busy machine would fail it.
 */
@Story
class Measurements {

    private static final int INSTALLS = 3;
    private static final int CHANGES = 60;
    private static final int STARTS = 20;
    private static final int MANY = 30;
    private static final int PODS_PER_SECOND = 50;
    private static final int CREATIONS = 1_000;
    private static final int TURNS = 10;

    /** Not for the mesh. */
    private static final String PLAIN = "measure-plain";

    private static final Pattern RESIDENT =
            Pattern.compile(
                    "^process_resident_memory_bytes(?:\\{.*})? ([0-9.eE+]+)$", Pattern.MULTILINE);
    private static final double MIB = 1024 * 1024;

    private final Stage stage;
    private final Kubectl kubectl;
    private final List<String> rows = new ArrayList<>();

    Measurements(Stage stage) {
        this.stage = stage;
        this.kubectl = stage.kubectl();
    }

    /** What was measured before something failed is shown as well. */
    @Test
    void printTheTable() {
        try {
            measure();
        } finally {
            System.out.println("| figure | measured |\n|---|---|\n" + String.join("\n", rows));
        }
    }

    private void measure() {
        install();
        try (Scene shop = stage.scene("measure", Stage.FIRST);
                Api api = new Api(kubectl)) {
            shop.perform(Cast.shop());
            shop.apply(Cast.route(Map.of("reviews-v1", 100, "reviews-v2", 0)));
            try (Load load = shop.load(shop.url("web", 8080, "/"), 200)) {
                load.awaitSeconds(30);
                memory(shop, api);
                propagation(shop, api);
                Load.Counts counts = load.stop();
                row(
                        "requests of the client, failed",
                        "%d, %d".formatted(counts.sent(), counts.failed()));
                assertThat(counts.failed()).as(counts.lastFailure()).isZero();
            }
        }
        awaitQuiet();
        try (Scene shop = stage.scene("measure-pods", Stage.FIRST);
                Api api = new Api(kubectl)) {
            kubectl.run("create namespace " + PLAIN);
            try {
                podCreation(shop, api);
                podStart(shop, api);
            } finally {
                kubectl.run("delete namespace " + PLAIN + " --wait=false");
            }
        }
        awaitQuiet();
        try (Scene shop = stage.scene("measure-many", Stage.FIRST);
                Api api = new Api(kubectl)) {
            many(shop, api);
        }
    }

    /**
     * Pods of an earlier scene that are ending are work for the nodes, and would be measured too.
     */
    private void awaitQuiet() {
        Waiting.until(
                "earlier scenes are gone",
                Duration.ofMinutes(3),
                () -> !kubectl.run("get namespaces -o name").contains("/measure"));
    }

    /** From the command to its end, which is when the revision is ready. */
    private void install() {
        Sample seconds = new Sample();
        for (int i = 0; i < INSTALLS; i++) {
            long start = System.nanoTime();
            stage.serin().run("install --revision measured");
            seconds.add((System.nanoTime() - start) / 1e9);
            stage.serin().run("uninstall --revision measured -y");
        }
        row(
                "`serin install` to ready, s: median, worst of " + INSTALLS,
                "%.1f, %.1f".formatted(seconds.percentile(50), seconds.percentile(100)));
    }

    /**
     * What the API server takes for a pod, with what the webhook takes of it and without: in turns,
     * so that both meet the same machine. And what the webhook takes of it by the histograms of
     * both who know.
     */
    private void podCreation(Scene shop, Api api) {
        new Creations(api, PODS_PER_SECOND, CREATIONS).in(shop.name(), new Sample());
        Within answered = answeredByWebhook(api);
        Within called = calledByApiServer(api);
        Sample injected = new Sample();
        Sample plain = new Sample();
        Creations turn = new Creations(api, PODS_PER_SECOND, CREATIONS / TURNS);
        for (int i = 0; i < TURNS; i++) {
            turn.in(shop.name(), injected);
            turn.in(PLAIN, plain);
        }
        creation("injected", injected);
        creation("without the mesh", plain);
        row(
                "of these, answered by the webhook within 20 ms, %",
                "%.1f".formatted(answeredByWebhook(api).percentSince(answered)));
        row(
                "of these, the webhook's call within 25 ms for the API server, %",
                "%.1f".formatted(calledByApiServer(api).percentSince(called)));
    }

    private void creation(String pods, Sample millis) {
        row(
                "a pod's creation at %d/s, %s, ms: p50, p99 of %d"
                        .formatted(PODS_PER_SECOND, pods, millis.size()),
                "%.1f, %.1f".formatted(millis.percentile(50), millis.percentile(99)));
    }

    private Within answeredByWebhook(Api api) {
        return Within.of(
                api.ofPod("istio-system", controlPlane(), Ports.CONTROL_METRICS, "/metrics"),
                "sidecar_injection_time_seconds",
                "0.02");
    }

    /** Of all mutating webhooks; there is none but Serin's. */
    private static Within calledByApiServer(Api api) {
        String mutating =
                api.get("/metrics")
                        .lines()
                        .filter(line -> line.contains("type=\"admit\""))
                        .collect(Collectors.joining("\n"));
        return Within.of(
                mutating, "apiserver_admission_webhook_admission_duration_seconds", "0.025");
    }

    /** From the API server's answer to ready, in turns. */
    private void podStart(Scene shop, Api api) {
        Sample injected = new Sample();
        Sample plain = new Sample();
        for (int i = 0; i < STARTS; i++) {
            for (String namespace : List.of(shop.name(), PLAIN)) {
                awaitAnyMomentOfASecond();
                (namespace.equals(PLAIN) ? plain : injected).add(secondsToReady(api, namespace));
            }
        }
        row(
                "start of a pod to ready, s, injected: median, worst of " + STARTS,
                "%.1f, %.1f".formatted(injected.percentile(50), injected.percentile(100)));
        row(
                "the same without the mesh",
                "%.1f, %.1f".formatted(plain.percentile(50), plain.percentile(100)));
    }

    /**
     * A kubelet looks and asks once a second: a pod that is made when the last is gone meets it at
     * its worst.
     */
    private static void awaitAnyMomentOfASecond() {
        LockSupport.parkNanos(ThreadLocalRandom.current().nextLong(1_000_000_000));
    }

    private static double secondsToReady(Api api, String namespace) {
        String pods = "/api/v1/namespaces/" + namespace + "/pods";
        api.post(pods, Creations.POD);
        long start = System.nanoTime();
        String pod = pods + "/" + Creations.NAME;
        Waiting.closely(
                "the pod is ready",
                () -> {
                    for (JsonNode condition : api.json(pod).at("/status/conditions")) {
                        if (condition.path("type").asText().equals("Ready")) {
                            return condition.path("status").asText().equals("True");
                        }
                    }
                    return false;
                });
        double seconds = (System.nanoTime() - start) / 1e9;
        api.delete(pod + "?gracePeriodSeconds=0");
        Waiting.until("it is gone", () -> api.json(pods).path("items").isEmpty());
        return seconds;
    }

    /** Many proxies of one control plane, replaced while they are used. */
    private void many(Scene shop, Api api) {
        shop.perform(Cast.nginx("many", MANY) + Cast.service("many", 9080));
        try (Load load = shop.load(shop.url("many", 9080, "/"), 200)) {
            memory(shop, api);
            long start = System.nanoTime();
            shop.restart();
            row(
                    "rolling restart of %d injected pods, s".formatted(MANY),
                    "%.0f".formatted((System.nanoTime() - start) / 1e9));
            Load.Counts counts = load.stop();
            row(
                    "requests of the client meanwhile, failed",
                    "%d, %d".formatted(counts.sent(), counts.failed()));
            assertThat(counts.failed()).as(counts.lastFailure()).isZero();
        }
    }

    private void memory(Scene shop, Api api) {
        Sample proxies = new Sample();
        for (String namespace : List.of(shop.name(), shop.visitors())) {
            for (JsonNode pod :
                    api.json("/api/v1/namespaces/" + namespace + "/pods").path("items")) {
                String name = pod.at("/metadata/name").asText();
                proxies.add(resident(api.ofPod(namespace, name, Ports.AGENT, "/stats/prometheus")));
            }
        }
        row(
                "RSS of a sidecar at 200 requests/s, MiB: median, largest of " + proxies.size(),
                "%.0f, %.0f".formatted(proxies.percentile(50), proxies.percentile(100)));
        row(
                "RSS of the control plane with %d proxies, MiB".formatted(proxies.size()),
                "%.0f"
                        .formatted(
                                resident(
                                        api.ofPod(
                                                "istio-system",
                                                controlPlane(),
                                                Ports.CONTROL_METRICS,
                                                "/metrics"))));
    }

    /** From before the API server is told, to the last proxy's word that it has the new routes. */
    private void propagation(Scene shop, Api api) {
        String route =
                "/apis/gateway.networking.k8s.io/v1/namespaces/"
                        + shop.name()
                        + "/httproutes/reviews";
        String controlPlane = controlPlane();
        Sample millis = new Sample();
        for (int i = 0; i < CHANGES; i++) {
            Instant told = Instant.now();
            api.patch(route, weights(i % 101));
            Waiting.until(
                    "all proxies have it",
                    Duration.ofSeconds(10),
                    () -> lastAcked(api, controlPlane, told).isAfter(told));
            millis.add(Duration.between(told, lastAcked(api, controlPlane, told)).toNanos() / 1e6);
        }
        row(
                "HTTPRoute change to the last proxy, ms: p50, p99 of " + CHANGES,
                "%.0f, %.0f".formatted(millis.percentile(50), millis.percentile(99)));
    }

    /** When the last proxy had routes newer than a moment; that moment, while one has not. */
    private static Instant lastAcked(Api api, String controlPlane, Instant since) {
        Instant last = since;
        JsonNode proxies =
                Kubectl.parse(
                                api.ofPod(
                                        "istio-system",
                                        controlPlane,
                                        Ports.CONTROL_DEBUG,
                                        "/debug/syncz"))
                        .path("proxies");
        for (JsonNode proxy : proxies) {
            JsonNode routes = proxy.at("/types/ROUTE");
            Instant acked = Instant.parse(routes.path("ackedAt").asText("1970-01-01T00:00:00Z"));
            boolean isCurrent = routes.path("sent").equals(routes.path("acked"));
            if (!isCurrent || !acked.isAfter(since)) {
                return since;
            }
            last = acked.isAfter(last) ? acked : last;
        }
        return last;
    }

    private String controlPlane() {
        return kubectl.run(
                "get pod -n istio-system -l app=istiod,istio.io/rev="
                        + Stage.FIRST
                        + " -o jsonpath={.items[0].metadata.name}");
    }

    private static String weights(int first) {
        return """
        {"spec":{"rules":[{"backendRefs":[
          {"name":"reviews-v1","port":9080,"weight":%d},
          {"name":"reviews-v2","port":9080,"weight":%d}]}]}}
        """
                .formatted(first, 100 - first);
    }

    private static double resident(String metrics) {
        Matcher matcher = RESIDENT.matcher(metrics);
        assertThat(matcher.find()).as("process_resident_memory_bytes in " + metrics).isTrue();
        return Double.parseDouble(matcher.group(1)) / MIB;
    }

    private void row(String figure, String values) {
        rows.add("| " + figure + " | " + values + " |");
    }
}
