// SPDX-License-Identifier: Apache-2.0
package io.serin.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.serin.e2e.stage.Cast;
import io.serin.e2e.stage.Scene;
import io.serin.e2e.stage.Stage;
import io.serin.e2e.stage.Story;
import io.serin.e2e.stage.Waiting;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The sidecar answers its application's questions for names of the mesh, and passes on others. */
@Story
class DnsCaptureStoryIT {

    private static final String ASKER =
            """
            ---
            apiVersion: apps/v1
            kind: Deployment
            metadata:
              name: asker
            spec:
              selector:
                matchLabels: {app: asker}
              template:
                metadata:
                  labels: {app: asker}
                  annotations:
                    sidecar.istio.io/proxyCPU: 20m
                    proxy.istio.io/config: |
                      proxyMetadata:
                        ISTIO_META_DNS_CAPTURE: "true"
                spec:
                  terminationGracePeriodSeconds: 2
                  containers:
                    - name: asker
                      image: serin-workload:0.1.0
                      resources:
                        requests: {cpu: 10m, memory: 48Mi}
            """;

    private static final String HEADLESS =
            """
            ---
            apiVersion: v1
            kind: Service
            metadata:
              name: db
            spec:
              clusterIP: None
              selector: {app: reviews}
              ports:
                - {name: http, port: 9080}
            """;

    private final Stage stage;

    DnsCaptureStoryIT(Stage stage) {
        this.stage = stage;
    }

    @Test
    void namesOfTheMeshAreAnsweredInThePodAndOthersByTheCluster() {
        try (Scene shop = stage.scene("names", Stage.FIRST)) {
            shop.perform(
                    ASKER
                            + Cast.server("reviews", "v1", 1, 9080, "")
                            + Cast.service("reviews", 9080)
                            + HEADLESS);
            String asker = shop.pod("app=asker");
            // The table has come, and with it these names.
            Waiting.until(
                    "the sidecar knows reviews and db",
                    () ->
                            isAnsweredInThePod(shop, asker, "reviews." + shop.name())
                                    && isAnsweredInThePod(shop, asker, "db." + shop.name()));

            // A Service's pod by its address: the cluster's name server knows it, the mesh doesn't.
            String ip =
                    stage.kubectl()
                            .run(
                                    "get pod %s -n %s -o jsonpath={.status.podIP}"
                                            .formatted(shop.pod("app=reviews"), shop.name()));
            long before = counter(shop, asker, "istio_agent_dns_upstream_requests_total");
            assertThat(curl(shop, asker, ip.replace('.', '-') + ".db." + shop.name()))
                    .contains("\"v1\"");
            assertThat(counter(shop, asker, "istio_agent_dns_upstream_requests_total"))
                    .as("passed on")
                    .isGreaterThan(before);
            assertThat(counter(shop, asker, "istio_agent_dns_upstream_failures_total")).isZero();
        }
    }

    /**
     * Whether the application reaches the host, and nobody outside the pod is asked where it is.
     */
    private boolean isAnsweredInThePod(Scene shop, String asker, String host) {
        long asked = counter(shop, asker, "istio_agent_dns_requests_total");
        long upstream = counter(shop, asker, "istio_agent_dns_upstream_requests_total");
        return curl(shop, asker, host).contains("\"v1\"")
                && counter(shop, asker, "istio_agent_dns_requests_total") > asked
                && counter(shop, asker, "istio_agent_dns_upstream_requests_total") == upstream;
    }

    /** With the last dot: no search domain is tried, so there is one question of each family. */
    private String curl(Scene shop, String asker, String host) {
        return stage.kubectl()
                .attempt(
                        List.of(
                                "exec",
                                asker,
                                "-n",
                                shop.name(),
                                "-c",
                                "asker",
                                "--",
                                "curl",
                                "-s",
                                "--max-time",
                                "10",
                                "http://" + host + ".svc.cluster.local.:9080/"))
                .out();
    }

    private long counter(Scene shop, String pod, String metric) {
        return stage.kubectl()
                .run(
                        "get --raw /api/v1/namespaces/%s/pods/%s:15020/proxy/stats/prometheus"
                                .formatted(shop.name(), pod))
                .lines()
                .filter(line -> line.startsWith(metric + " "))
                .mapToLong(line -> Long.parseLong(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }
}
