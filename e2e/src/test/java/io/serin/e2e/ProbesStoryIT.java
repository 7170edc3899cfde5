// SPDX-License-Identifier: Apache-2.0
package io.serin.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.serin.e2e.stage.Cast;
import io.serin.e2e.stage.Scene;
import io.serin.e2e.stage.Stage;
import io.serin.e2e.stage.Story;
import io.serin.e2e.stage.Waiting;
import org.junit.jupiter.api.Test;

/** The kubelet asks the sidecar for the application's health, and gets the application's answer. */
@Story
class ProbesStoryIT {

    private static final String PROBED =
            """
            ---
            apiVersion: apps/v1
            kind: Deployment
            metadata:
              name: probed
            spec:
              selector:
                matchLabels: {app: probed}
              template:
                metadata:
                  labels: {app: probed}
                spec:
                  terminationGracePeriodSeconds: 5
                  containers:
                    - name: server
                      image: serin-workload:0.1.0
                      env:
                        - {name: SERVICE, value: probed}
                        - {name: VERSION, value: v1}
                        - {name: PORT, value: "9080"}
                        - {name: UPSTREAM, value: ""}
                      ports:
                        - {name: web, containerPort: 9080}
                      startupProbe:
                        httpGet: {path: /healthz, port: web}
                        periodSeconds: 1
                        failureThreshold: 60
                      livenessProbe:
                        tcpSocket: {port: 9080}
                        periodSeconds: 1
                      readinessProbe:
                        httpGet: {path: /healthz, port: web}
                        periodSeconds: 1
            """;

    private final Stage stage;

    ProbesStoryIT(Stage stage) {
        this.stage = stage;
    }

    @Test
    void reachTheApplicationThroughTheAgent() {
        try (Scene shop = stage.scene("probes", Stage.FIRST)) {
            shop.perform(PROBED + Cast.service("probed", 9080));
            JsonNode pod = stage.kubectl().json("get pods -l app=probed -n " + shop.name());
            JsonNode server = pod.at("/items/0/spec/containers/0");
            for (String probe : new String[] {"startupProbe", "livenessProbe", "readinessProbe"}) {
                assertThat(server.path(probe).at("/httpGet/port").asInt())
                        .as(probe)
                        .isEqualTo(15020);
            }
            Waiting.until(
                    "the mesh is there",
                    () -> shop.curl(shop.url("probed", 9080, "/")).out().contains("\"v1\""));

            String agent = "http://" + pod.at("/items/0/status/podIP").asText() + ":15020";
            for (String probe : new String[] {"startupz", "livez", "readyz"}) {
                assertThat(status(shop, agent + "/app-health/server/" + probe))
                        .as(probe)
                        .isEqualTo("200");
            }
            assertThat(status(shop, agent + "/app-health/server/else")).isEqualTo("400");
            assertThat(status(shop, agent + "/quitquitquit")).isEqualTo("405");
            assertThat(status(shop, "-X", "POST", agent + "/quitquitquit")).isEqualTo("403");
            assertThat(status(shop, "-X", "POST", agent + "/drain")).isEqualTo("403");
            assertThat(pod.at("/items/0/status/containerStatuses/0/restartCount").asInt()).isZero();
        }
    }

    private static String status(Scene shop, String... arguments) {
        String[] all = new String[arguments.length + 4];
        System.arraycopy(arguments, 0, all, 4, arguments.length);
        all[0] = "-o";
        all[1] = "/dev/null";
        all[2] = "-w";
        all[3] = "%{http_code}";
        return shop.curl(all).out();
    }
}
