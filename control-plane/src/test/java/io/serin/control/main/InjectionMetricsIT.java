// SPDX-License-Identifier: Apache-2.0
package io.serin.control.main;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpMethod;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A whole control plane counts the calls of its webhook where Prometheus asks. */
class InjectionMetricsIT {

    private static final int OFFSET = 17_000;
    private static final String POD = "{\"containers\":[{\"name\":\"web\",\"image\":\"web\"}]}";
    private static final String OF_THE_NODE =
            "{\"hostNetwork\":true,\"containers\":[{\"name\":\"web\",\"image\":\"web\"}]}";

    @Test
    void eachCallIsCountedOnceWhereverItEnds(@TempDir Path folder) throws Exception {
        try (RunningControlPlane running = RunningControlPlane.start(folder, OFFSET)) {
            Calls calls = new Calls(running);
            assertThat(calls.counted()).containsExactly(0, 0, 0, 0);

            assertThat(calls.inject("application/json", ""))
                    .isEqualTo(
                            "400 no body found (expected: an AdmissionReview as application/json)\n");
            assertThat(calls.counted()).containsExactly(1, 0, 0, 1);

            assertThat(calls.inject("application/yaml", review(POD))).startsWith("415 ");
            assertThat(calls.counted()).containsExactly(2, 0, 0, 2);

            assertThat(calls.inject("application/json", "garbage"))
                    .startsWith("200 ")
                    .contains("\"allowed\":false");
            assertThat(calls.counted()).containsExactly(3, 0, 0, 3);

            assertThat(calls.inject("application/json", review(OF_THE_NODE)))
                    .startsWith("200 ")
                    .contains("\"allowed\":true")
                    .doesNotContain("\"patch\"");
            assertThat(calls.counted()).containsExactly(4, 0, 1, 3);

            assertThat(calls.inject("application/json", review(POD)))
                    .startsWith("200 ")
                    .contains("\"allowed\":true", "\"patch\"");
            assertThat(calls.counted()).containsExactly(5, 1, 1, 3);
        }
    }

    private static String review(String pod) {
        return """
        {"apiVersion":"admission.k8s.io/v1","kind":"AdmissionReview","request":{"uid":"u1",
         "namespace":"shop","object":{"metadata":{"name":"web"},"spec":%s}}}
        """
                .formatted(pod);
    }

    private static final class Calls {

        private final RunningControlPlane running;
        private final HttpClient webhook;
        private final HttpClient metrics;

        Calls(RunningControlPlane running) {
            this.running = running;
            webhook =
                    running.vertx()
                            .createHttpClient(
                                    new HttpClientOptions()
                                            .setSsl(true)
                                            .setTrustAll(true)
                                            .setVerifyHost(false));
            metrics = running.vertx().createHttpClient();
        }

        /** Status and body. */
        String inject(String type, String body) throws Exception {
            return webhook.request(
                            HttpMethod.POST,
                            running.settings().ports().webhook(),
                            "127.0.0.1",
                            "/inject")
                    .compose(request ->
                            request.putHeader("content-type", type).send(Buffer.buffer(body)))
                    .compose(response ->
                            response.body().map(text -> response.statusCode() + " " + text))
                    .await(20, TimeUnit.SECONDS);
        }

        /** Requests, successes, skips, failures; and each of them was timed. */
        int[] counted() throws Exception {
            String page =
                    metrics.request(
                                    HttpMethod.GET,
                                    running.settings().ports().metrics(),
                                    "127.0.0.1",
                                    "/metrics")
                            .compose(request -> request.send())
                            .compose(response -> response.body().map(Buffer::toString))
                            .await(20, TimeUnit.SECONDS);
            int requests = value(page, "requests_total");
            assertThat(value(page, "time_seconds_count")).isEqualTo(requests);
            return new int[] {
                requests,
                value(page, "success_total"),
                value(page, "skip_total"),
                value(page, "failure_total")
            };
        }

        private static int value(String page, String name) {
            String line = "sidecar_injection_" + name + " ";
            return page.lines()
                    .filter(it -> it.startsWith(line))
                    .mapToInt(it -> (int) Double.parseDouble(it.substring(line.length())))
                    .sum();
        }
    }
}
