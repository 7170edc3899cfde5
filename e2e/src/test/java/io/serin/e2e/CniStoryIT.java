// SPDX-License-Identifier: Apache-2.0
package io.serin.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.serin.e2e.cluster.Cluster;
import io.serin.e2e.cluster.Program.Ended;
import io.serin.e2e.stage.Cast;
import io.serin.e2e.stage.Kubectl;
import io.serin.e2e.stage.Scene;
import io.serin.e2e.stage.Stage;
import io.serin.e2e.stage.Story;
import io.serin.e2e.stage.Waiting;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Where pods may have no rights their node redirects their traffic, and none starts without. */
@Story
class CniStoryIT {

    private static final String REVISION = "cni";
    private static final String AGENT = "istio-cni-node-" + REVISION;

    /** All that the standard asks of a pod's own containers. */
    private static final String SERVER =
            """
            ---
            apiVersion: v1
            kind: Pod
            metadata:
              name: %1$s
              labels: {app: %2$s, version: %1$s}
              annotations: {sidecar.istio.io/proxyCPU: 20m}
            spec:
              terminationGracePeriodSeconds: 5
              securityContext:
                runAsNonRoot: true
                runAsUser: 1000
                seccompProfile: {type: RuntimeDefault}
              containers:
                - name: server
                  image: serin-workload:0.1.0
                  env:
                    - {name: SERVICE, value: %2$s}
                    - {name: VERSION, value: %1$s}
                    - {name: PORT, value: "9080"}
                  ports: [{containerPort: 9080}]
                  readinessProbe:
                    httpGet: {path: /healthz, port: 9080}
                    periodSeconds: 1
                    timeoutSeconds: 3
                  securityContext:
                    allowPrivilegeEscalation: false
                    capabilities: {drop: [ALL]}
                  resources: {requests: {cpu: 10m, memory: 48Mi}}
            """;

    private final Stage stage;
    private final Kubectl kubectl;

    CniStoryIT(Stage stage) {
        assumeThat(System.getProperty(Cluster.PROPERTY, ""))
                .as("DaemonSets, which local-cluster does not run")
                .isNotEqualTo("local");
        this.stage = stage;
        this.kubectl = stage.kubectl();
    }

    @BeforeEach
    void install() {
        stage.serin().run("install --revision " + REVISION + " --set pilot.cni.enabled=true");
    }

    @AfterEach
    void uninstall() {
        stage.serin().attempt("uninstall --revision " + REVISION + " --force -y").orFail();
        assertThat(kubectl.run("get daemonsets -n istio-system -o name")).doesNotContain(AGENT);
    }

    @Test
    void podsWithoutRightsAreRedirectedByTheirNode() {
        try (Scene shop = restricted("restricted")) {
            shop.apply(
                    SERVER.formatted("v1", "reviews")
                            + SERVER.formatted("v2", "reviews")
                            + SERVER.formatted("client", "client")
                            + Cast.service("reviews", 9080)
                            + Cast.service("reviews-v1", 9080, "{app: reviews, version: v1}")
                            + Cast.service("reviews-v2", 9080, "{app: reviews, version: v2}")
                            + Cast.route(Map.of("reviews-v1", 0, "reviews-v2", 1)));
            await(shop, "v1", "v2", "client");

            JsonNode pod = kubectl.json("get pod client -n " + shop.name());
            assertThat(pod.at("/spec/initContainers/0/name").asText())
                    .isEqualTo("istio-validation");
            assertThat(pod.path("spec").findValues("add")).as("capabilities").isEmpty();

            // Outbound: without the client's sidecar, half of them would be v1's.
            Waiting.until("the route is there", () -> answers(shop).equals("v2"));
            for (int i = 0; i < 20; i++) {
                assertThat(answers(shop)).isEqualTo("v2");
            }
            assertThat(shop.counter("client", "istio_requests_total", "reporter=\"source\""))
                    .isGreaterThanOrEqualTo(20);
            // Inbound: without the server's sidecar, nobody would have counted.
            assertThat(shop.counter("v2", "istio_requests_total", "reporter=\"destination\""))
                    .isGreaterThanOrEqualTo(20);
        }
    }

    @Test
    void noPodStartsWhileItsNodeHasNoAgent() {
        try (Scene shop = restricted("unattended")) {
            keepAgentsAway(true);
            Waiting.until("no agent is there", () -> agents().isEmpty());
            Ended check = stage.serin().attempt("check --revision " + REVISION);
            assertThat(check.exit()).isNotZero();
            assertThat(check.out()).contains("daemonset " + AGENT + " is ready on 0 of ");

            shop.apply(SERVER.formatted("late", "late"));
            Waiting.until("it gives up for the first time", () -> restarts(shop) > 0);

            JsonNode waited = waiting(shop).at("/lastState/terminated");
            assertThat(waited.path("exitCode").asInt()).isEqualTo(126);
            assertThat(waited.path("message").asText())
                    .contains("nobody has set this pod's rules")
                    .contains("kubectl -n istio-system get daemonset " + AGENT);

            keepAgentsAway(false);
            await(shop, "late");
        }
    }

    /** A scene that admits no pod with a right too many. */
    private Scene restricted(String name) {
        Scene scene = stage.scene(name, REVISION);
        kubectl.run(
                "label namespace %s pod-security.kubernetes.io/enforce=restricted".formatted(name));
        return scene;
    }

    private void await(Scene shop, String... pods) {
        for (String pod : pods) {
            kubectl.run(
                    "wait pod/%s -n %s --for=condition=Ready --timeout=180s"
                            .formatted(pod, shop.name()));
        }
    }

    private String answers(Scene shop) {
        Ended asked =
                kubectl.attempt(
                        List.of(
                                "exec",
                                "client",
                                "-n",
                                shop.name(),
                                "-c",
                                "server",
                                "--",
                                "curl",
                                "--silent",
                                "--max-time",
                                "10",
                                "http://reviews:9080/"));
        return asked.exit() == 0 ? Kubectl.parse(asked.out()).path("version").asText() : "";
    }

    private void keepAgentsAway(boolean away) {
        kubectl.run(
                ("patch daemonset %s -n istio-system -p"
                                + " {\"spec\":{\"template\":{\"spec\":{\"nodeSelector\":"
                                + "{\"no-such-node\":%s}}}}}")
                        .formatted(AGENT, away ? "\"true\"" : "null"));
    }

    private String agents() {
        return kubectl.run(
                "get pods -n istio-system -o name -l app=istio-cni-node,istio.io/rev=" + REVISION);
    }

    private int restarts(Scene shop) {
        return waiting(shop).path("restartCount").asInt();
    }

    private JsonNode waiting(Scene shop) {
        return kubectl.json("get pod late -n " + shop.name()).at("/status/initContainerStatuses/0");
    }
}
