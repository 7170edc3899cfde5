// SPDX-License-Identifier: Apache-2.0
package io.serin.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.serin.e2e.cluster.Cluster;
import io.serin.e2e.stage.Kubectl;
import io.serin.e2e.stage.Scene;
import io.serin.e2e.stage.Stage;
import io.serin.e2e.stage.Story;
import io.serin.e2e.stage.Waiting;
import java.util.List;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;

/** Whatever makes a pod: it gets its sidecar, starts, is probed, and ends when it has ended. */
@Story
class InjectionKindsStoryIT {

    private static final String SERVER =
            """
            {metadata: {labels: {app: %1$s}, annotations: {sidecar.istio.io/proxyCPU: 20m}},
             spec: {terminationGracePeriodSeconds: 5, containers: [{name: server, image: "serin-workload:0.1.0",
               env: [{name: SERVICE, value: %1$s}, {name: PORT, value: "8080"}],
               ports: [{name: http, containerPort: 8080}],
               readinessProbe: {httpGet: {path: /healthz, port: http}, periodSeconds: 1},
               resources: {requests: {cpu: 10m, memory: 48Mi}}}]}}\
            """;

    private static final String TASK =
            """
            {metadata: {annotations: {sidecar.istio.io/proxyCPU: 20m}},
             spec: {restartPolicy: Never, containers: [{name: task, image: "serin-workload:0.1.0",
               command: [bash, -c, "exit 0"],
               resources: {requests: {cpu: 10m, memory: 32Mi}}}]}}\
            """;

    /** An HTTP, a TCP and an exec probe, and a hook. */
    private static final String PROBED =
            """
            apiVersion: v1
            kind: Pod
            metadata:
              name: %1$s
              labels: {app: %1$s}
              annotations: {sidecar.istio.io/proxyCPU: 20m%2$s}
            spec:
              terminationGracePeriodSeconds: 5
              containers:
                - name: server
                  image: serin-workload:0.1.0
                  env: [{name: SERVICE, value: probed}, {name: PORT, value: "8080"}]
                  ports: [{name: http, containerPort: 8080}]
                  startupProbe:
                    httpGet: {path: /healthz, port: http}
                    periodSeconds: 1
                    failureThreshold: 60
                  livenessProbe:
                    tcpSocket: {port: %3$s}
                    periodSeconds: 2
                  readinessProbe:
                    exec: {command: [bash, -c, "exit 0"]}
                    periodSeconds: 1
                  lifecycle:
                    preStop:
                      httpGet: {path: /goodbye, port: http}
                  resources: {requests: {cpu: 10m, memory: 48Mi}}
            """;

    private final Stage stage;
    private final Kubectl kubectl;

    InjectionKindsStoryIT(Stage stage) {
        assumeThat(System.getProperty(Cluster.PROPERTY, ""))
                .as("StatefulSets, DaemonSets, Jobs and CronJobs, which local-cluster does not run")
                .isNotEqualTo("local");
        this.stage = stage;
        this.kubectl = stage.kubectl();
    }

    @Test
    void serversOfEveryKindComeUpWithASidecarThatKnowsItsOwner() {
        try (Scene shop = stage.scene("kinds", Stage.FIRST)) {
            shop.apply(servers());
            for (String workload :
                    List.of(
                            "deployment/stateless",
                            "statefulset/stateful",
                            "daemonset/everywhere")) {
                kubectl.run("rollout status %s -n kinds --timeout=180s".formatted(workload));
            }

            for (String app : List.of("stateless", "stateful", "everywhere")) {
                JsonNode pod = kubectl.json("get pod -n kinds -l app=" + app).path("items").get(0);
                assertThat(names(pod, "initContainers"))
                        .as(app)
                        .containsExactly("istio-init", "istio-proxy");
                assertThat(proxyVariable(pod, "ISTIO_META_WORKLOAD_NAME")).isEqualTo(app);
            }
        }
    }

    @Test
    void jobsEndWhenTheirTaskHas() {
        try (Scene shop = stage.scene("tasks", Stage.FIRST)) {
            shop.apply(tasks());
            kubectl.run("create job tonight --from=cronjob/nightly -n tasks");

            kubectl.run(
                    "wait job/once job/tonight -n tasks --for=condition=Complete --timeout=120s");

            for (String job : List.of("once", "tonight")) {
                JsonNode pod =
                        kubectl.json("get pod -n tasks -l job-name=" + job).path("items").get(0);
                assertThat(names(pod, "initContainers")).contains("istio-proxy");
            }
        }
    }

    @Test
    void probesOfAllKindsAreAskedOfTheApplicationAndNotOfTheSidecar() {
        try (Scene shop = stage.scene("probed", Stage.FIRST)) {
            shop.apply(PROBED.formatted("good", "", "http"));
            // Nobody listens there; the sidecar would take the connection.
            shop.apply(PROBED.formatted("bad", "", "9999"));
            kubectl.run("wait pod/good -n probed --for=condition=Ready --timeout=120s");

            JsonNode good = kubectl.json("get pod good -n probed");
            JsonNode server = good.at("/spec/containers/0");
            assertThat(server.at("/startupProbe/httpGet/path").asText())
                    .isEqualTo("/app-health/server/startupz");
            assertThat(server.at("/livenessProbe/httpGet/path").asText())
                    .isEqualTo("/app-health/server/livez");
            assertThat(server.at("/readinessProbe").has("exec")).isTrue();
            Waiting.until(
                    "the one that does not answer is restarted",
                    () ->
                            kubectl.json("get pod bad -n probed")
                                            .at("/status/containerStatuses/0/restartCount")
                                            .asInt()
                                    > 0);
            assertThat(
                            kubectl.json("get pod good -n probed")
                                    .at("/status/containerStatuses/0/restartCount")
                                    .asInt())
                    .isZero();
        }
    }

    @Test
    void aSidecarThatIsNotANativeOneComesUpFirstWhereTheApplicationIsHeld() {
        try (Scene shop = stage.scene("held", Stage.FIRST)) {
            shop.apply(
                    PROBED.formatted(
                            "held",
                            ", sidecar.istio.io/nativeSidecar: 'false',"
                                    + " proxy.istio.io/config: 'holdApplicationUntilProxyStarts: true'",
                            "http"));
            kubectl.run("wait pod/held -n held --for=condition=Ready --timeout=120s");

            JsonNode held = kubectl.json("get pod held -n held");
            assertThat(names(held, "initContainers")).containsExactly("istio-init");
            assertThat(names(held, "containers")).containsExactly("istio-proxy", "server");
            String restarts =
                    kubectl.run(
                            "get pod held -n held -o jsonpath="
                                    + "{.status.containerStatuses[?(@.name=='server')].restartCount}");
            assertThat(restarts).isEqualTo("0");
        }
    }

    @Test
    void withoutRedirectionTheSidecarIsThereAndTheTrafficIsNotItsOwn() {
        try (Scene shop = stage.scene("unredirected", Stage.FIRST)) {
            shop.apply(
                    PROBED.formatted("bare", ", sidecar.istio.io/interceptionMode: NONE", "http"));
            kubectl.run("wait pod/bare -n unredirected --for=condition=Ready --timeout=120s");

            JsonNode bare = kubectl.json("get pod bare -n unredirected");
            assertThat(names(bare, "initContainers")).containsExactly("istio-proxy");
            assertThat(proxyVariable(bare, "ISTIO_META_INTERCEPTION_MODE")).isEqualTo("NONE");
        }
    }

    private static String servers() {
        return """
        ---
        apiVersion: apps/v1
        kind: Deployment
        metadata: {name: stateless}
        spec: {selector: {matchLabels: {app: stateless}}, template: %s}
        ---
        apiVersion: v1
        kind: Service
        metadata: {name: stateful}
        spec: {clusterIP: None, selector: {app: stateful}, ports: [{name: http, port: 8080}]}
        ---
        apiVersion: apps/v1
        kind: StatefulSet
        metadata: {name: stateful}
        spec: {serviceName: stateful, replicas: 2, selector: {matchLabels: {app: stateful}}, template: %s}
        ---
        apiVersion: apps/v1
        kind: DaemonSet
        metadata: {name: everywhere}
        spec: {selector: {matchLabels: {app: everywhere}}, template: %s}
        """
                .formatted(
                        SERVER.formatted("stateless"),
                        SERVER.formatted("stateful"),
                        SERVER.formatted("everywhere"));
    }

    private static String tasks() {
        return """
        ---
        apiVersion: batch/v1
        kind: Job
        metadata: {name: once}
        spec: {backoffLimit: 0, template: %1$s}
        ---
        apiVersion: batch/v1
        kind: CronJob
        metadata: {name: nightly}
        spec: {schedule: "0 3 * * *", jobTemplate: {spec: {backoffLimit: 0, template: %1$s}}}
        """
                .formatted(TASK);
    }

    private static List<String> names(JsonNode pod, String containers) {
        return StreamSupport.stream(pod.path("spec").path(containers).spliterator(), false)
                .map(container -> container.path("name").asText())
                .toList();
    }

    private static String proxyVariable(JsonNode pod, String name) {
        for (JsonNode container : pod.at("/spec/initContainers")) {
            for (JsonNode variable : container.path("env")) {
                if (container.path("name").asText().equals("istio-proxy")
                        && variable.path("name").asText().equals(name)) {
                    return variable.path("value").asText();
                }
            }
        }
        throw new AssertionError("istio-proxy has no variable " + name);
    }
}
