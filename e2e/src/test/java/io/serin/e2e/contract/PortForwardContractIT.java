// SPDX-License-Identifier: Apache-2.0
package io.serin.e2e.contract;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.serin.e2e.stage.Kubectl;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** {@code kubectl port-forward}. */
@Contract
@Timeout(180)
class PortForwardContractIT {

    private static final int AT_ONCE = 20;

    private final Api api;
    private final Kubectl kubectl;
    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    PortForwardContractIT(Kubectl kubectl) {
        this.kubectl = kubectl;
        api = new Api(kubectl, "contract-forward");
    }

    @BeforeAll
    void serve() {
        api.post(
                        api.apps("deployments"),
                        """
                        {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "web"},
                         "spec": {"selector": {"matchLabels": {"app": "web"}},
                          "template": {"metadata": {"labels": {"app": "web"}}, "spec": %s}}}
                        """
                                .formatted(SERVER))
                .orFail();
        api.post(
                        api.core("services"),
                        Shapes.service(
                                "web",
                                "\"selector\": {\"app\": \"web\"}, \"ports\": [{\"port\": 80, \"targetPort\": 8080}]"))
                .orFail();
        kubectl.run("rollout status deployment/web --timeout=90s -n " + api.namespace());
    }

    @AfterAll
    void close() {
        client.shutdownNow();
        api.close();
    }

    private static final String SERVER =
            """
            {"terminationGracePeriodSeconds": 1, "containers": [
              {"name": "main", "image": "serin-workload:0.1.0",
               "env": [{"name": "PORT", "value": "8080"}, {"name": "SERVICE", "value": "web"},
                       {"name": "VERSION", "value": "v1"}, {"name": "UPSTREAM", "value": ""}],
               "readinessProbe": {"httpGet": {"path": "/healthz", "port": 8080}, "periodSeconds": 1}}]}
            """;

    /** A kubectl that forwards, until closed. */
    private final class Forwarding implements AutoCloseable {

        private static final Pattern FROM =
                Pattern.compile("Forwarding from 127\\.0\\.0\\.1:(\\d+) -> \\d+");

        private final Process process;
        private final URI address;

        Forwarding(String words) throws IOException {
            process = kubectl.start("port-forward " + words + " -n " + api.namespace());
            BufferedReader said = process.inputReader(UTF_8);
            String line = said.readLine();
            Matcher from = FROM.matcher(line == null ? "" : line);
            if (!from.matches()) {
                throw new AssertionError(line + process.errorReader(UTF_8).readLine());
            }
            address = URI.create("http://127.0.0.1:" + from.group(1));
            Thread.startVirtualThread(() -> said.lines().forEach(rest -> {}));
        }

        HttpRequest.Builder request(String path) {
            return HttpRequest.newBuilder(address.resolve(path));
        }

        String answer(HttpRequest.Builder request) throws IOException, InterruptedException {
            return client.send(request.build(), BodyHandlers.ofString()).body();
        }

        /** What it said of errors, when it has ended by itself. */
        String lastWords() throws IOException, InterruptedException {
            String words = new String(process.getErrorStream().readAllBytes(), UTF_8);
            assertThat(process.waitFor()).isNotZero();
            return words;
        }

        /** Connects, and is hung up on without a byte. */
        void refuses() throws IOException {
            try (Socket local = new Socket("127.0.0.1", address.getPort())) {
                assertThat(local.getInputStream().read()).isEqualTo(-1);
            }
        }

        @Override
        public void close() {
            process.destroy();
        }
    }

    @Test
    void aPodAServiceAndADeploymentAreReached() throws Exception {
        String pod = kubectl.run("get pods -l app=web -o name -n " + api.namespace());
        for (String target : List.of(pod + " :8080", "svc/web :80", "deploy/web :8080")) {
            try (Forwarding forwarding = new Forwarding(target)) {
                assertThat(forwarding.answer(forwarding.request("/x")))
                        .contains("\"path\":\"/x\"", pod.substring(pod.indexOf('/') + 1));
            }
        }
    }

    @Test
    void manyConnectionsAreCarriedAtOnce() throws Exception {
        String path = "/" + "x".repeat(20_000);
        try (Forwarding forwarding = new Forwarding("deploy/web :8080")) {
            List<CompletableFuture<HttpResponse<String>>> answers = new ArrayList<>();
            for (int i = 0; i < AT_ONCE; i++) {
                answers.add(
                        client.sendAsync(
                                forwarding.request(path + i + "?delay=500").build(),
                                BodyHandlers.ofString()));
            }
            for (int i = 0; i < AT_ONCE; i++) {
                assertThat(answers.get(i).join().body()).contains("\"" + path + i + "\"");
            }
        }
    }

    @Test
    void aLargeBodyIsCarried() throws Exception {
        try (Forwarding forwarding = new Forwarding("deploy/web :8080")) {
            byte[] body = new byte[8 << 20];
            assertThat(
                            forwarding.answer(
                                    forwarding
                                            .request("/taken")
                                            .POST(BodyPublishers.ofByteArray(body))))
                    .contains("\"path\":\"/taken\"");
        }
    }

    @Test
    void aPortThatIsClosedIsSaid() throws Exception {
        try (Forwarding forwarding = new Forwarding("deploy/web :9")) {
            forwarding.refuses();
            assertThat(forwarding.lastWords())
                    .contains("error forwarding port 9")
                    .containsIgnoringCase("connection refused")
                    .contains("lost connection to pod");
        }
    }

    @Test
    void aPodThatHasGoneIsSaid() throws Exception {
        api.post(
                        api.core("pods"),
                        """
                        {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "leaving"}, "spec": %s}
                        """
                                .formatted(SERVER))
                .orFail();
        kubectl.run("wait pod/leaving --for=condition=Ready --timeout=60s -n " + api.namespace());
        try (Forwarding forwarding = new Forwarding("leaving :8080")) {
            assertThat(forwarding.answer(forwarding.request("/"))).contains("leaving");
            kubectl.run("delete pod leaving -n " + api.namespace());
            forwarding.refuses();
            assertThat(forwarding.lastWords())
                    .contains("error forwarding port 8080")
                    .contains("lost connection to pod");
        }
    }
}
