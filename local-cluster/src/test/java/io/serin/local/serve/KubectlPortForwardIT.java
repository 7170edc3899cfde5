// SPDX-License-Identifier: Apache-2.0
package io.serin.local.serve;

import static org.assertj.core.api.Assertions.assertThat;

import io.serin.local.api.Resources;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code kubectl port-forward}; the pod's ports are those of this machine's loopback. */
@Timeout(60)
class KubectlPortForwardIT {

    private static final byte[] LARGE = new byte[8 << 20];
    private static final int AT_ONCE = 20;
    private static final HttpClient CLIENT =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    @TempDir static Path folder;
    private static RunningServer server;
    private static Kubectl kubectl;
    private static HttpServer page;

    /** Requests to {@code /together} that wait for one another. */
    private static final List<HttpServerRequest> TOGETHER = new ArrayList<>();

    @BeforeAll
    static void start() throws Exception {
        new Random(1).nextBytes(LARGE);
        server = new RunningServer();
        kubectl = new Kubectl(folder, server.kubeconfig(folder));
        page =
                server.vertx()
                        .createHttpServer()
                        .requestHandler(KubectlPortForwardIT::answer)
                        .listen(0, "127.0.0.1")
                        .toCompletionStage()
                        .toCompletableFuture()
                        .get();
        running("web-0");
        create(
                """
                {metadata: {name: web, namespace: default},
                 spec: {selector: {app: web}, ports: [{port: 80, targetPort: %d}]}}
                """
                        .formatted(page.actualPort()),
                Resources.SERVICES);
        create(
                """
                {metadata: {name: web, namespace: default},
                 spec: {selector: {matchLabels: {app: web}},
                  template: {metadata: {labels: {app: web}}, spec: {containers: [{name: c, image: "i:1"}]}}}}
                """,
                Resources.DEPLOYMENTS);
    }

    private static void create(String object, io.serin.local.api.Resource kind) {
        assertThat(server.api().create(kind, RunningServer.json(object)).isEmpty()).isFalse();
    }

    private static void running(String name) {
        create(
                """
                {metadata: {name: %s, namespace: default, labels: {app: web}},
                 spec: {containers: [{name: c, image: "i:1"}]}}
                """
                        .formatted(name),
                Resources.PODS);
        server.api()
                .editStatus(
                        Resources.PODS,
                        "default",
                        name,
                        held -> {
                            held.withObjectProperty("status").put("phase", "Running");
                            return held;
                        });
    }

    private static void answer(HttpServerRequest request) {
        switch (request.uri()) {
            case "/large" -> request.response().end(Buffer.buffer(LARGE));
            case "/length" ->
                    request.body()
                            .onSuccess(body -> request.response().end("" + body.length()))
                            .onFailure(gone -> {});
            case "/together" -> {
                TOGETHER.add(request);
                if (TOGETHER.size() == AT_ONCE) {
                    TOGETHER.forEach(each -> each.response().end("all are here"));
                }
            }
            default -> request.response().end("page " + request.uri());
        }
    }

    @AfterAll
    static void stop() {
        CLIENT.close();
        server.close();
    }

    /** A kubectl that forwards, until closed. */
    private static final class Forwarding implements AutoCloseable {

        private static final Pattern FROM =
                Pattern.compile("Forwarding from 127\\.0\\.0\\.1:(\\d+) -> \\d+");

        private final Process process;
        private final BufferedReader said;

        Forwarding(String words) throws IOException {
            process = kubectl.start("port-forward " + words, Map.of());
            said = process.inputReader(StandardCharsets.UTF_8);
        }

        /** Where it listens, in the order of its words. */
        URI next() throws IOException {
            StringBuilder other = new StringBuilder();
            for (String line = said.readLine(); line != null; line = said.readLine()) {
                Matcher from = FROM.matcher(line);
                if (from.matches()) {
                    return URI.create("http://127.0.0.1:" + from.group(1));
                }
                other.append(line).append('\n');
            }
            throw new IOException("it ended: " + other);
        }

        /** What it says from now on, when it has ended by itself. */
        String lastWords() throws IOException, InterruptedException {
            StringBuilder words = new StringBuilder();
            said.lines().forEach(line -> words.append(line).append('\n'));
            assertThat(process.waitFor()).isNotZero();
            return words.toString();
        }

        @Override
        public void close() {
            process.destroy();
        }
    }

    private static HttpRequest request(URI at, String path) {
        return HttpRequest.newBuilder(at.resolve(path)).build();
    }

    private static String get(URI at, String path) throws IOException, InterruptedException {
        return CLIENT.send(request(at, path), HttpResponse.BodyHandlers.ofString()).body();
    }

    @Test
    void reachesAPodAServiceAndADeployment() throws Exception {
        int port = page.actualPort();
        for (String target : List.of("web-0 :" + port, "svc/web :80", "deploy/web :" + port)) {
            try (Forwarding forwarding = new Forwarding(target)) {
                URI at = forwarding.next();
                assertThat(get(at, "/x")).isEqualTo("page /x");
                assertThat(get(at, "/y")).isEqualTo("page /y");
            }
        }
    }

    @Test
    void forwardsTwoPorts() throws Exception {
        try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                Forwarding forwarding =
                        new Forwarding(
                                "web-0 :%d :%d"
                                        .formatted(page.actualPort(), other.getLocalPort()))) {
            URI first = forwarding.next();
            URI second = forwarding.next();
            assertThat(get(first, "/x")).isEqualTo("page /x");
            try (Socket local = new Socket("127.0.0.1", second.getPort());
                    Socket far = other.accept()) {
                local.getOutputStream().write("to the pod".getBytes(StandardCharsets.UTF_8));
                local.shutdownOutput();
                assertThat(all(far.getInputStream())).isEqualTo("to the pod");
                far.getOutputStream().write("heard".getBytes(StandardCharsets.UTF_8));
                far.shutdownOutput();
                assertThat(all(local.getInputStream())).isEqualTo("heard");
            }
            assertThat(get(first, "/z")).isEqualTo("page /z");
        }
    }

    private static String all(InputStream stream) {
        try {
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void carriesALargeBodyEachWay() throws Exception {
        try (Forwarding forwarding = new Forwarding("web-0 :" + page.actualPort())) {
            URI at = forwarding.next();
            HttpResponse<byte[]> down =
                    CLIENT.send(request(at, "/large"), HttpResponse.BodyHandlers.ofByteArray());
            assertThat(down.body()).isEqualTo(LARGE);
            HttpRequest up =
                    HttpRequest.newBuilder(at.resolve("/length"))
                            .POST(HttpRequest.BodyPublishers.ofByteArray(LARGE))
                            .build();
            assertThat(CLIENT.send(up, HttpResponse.BodyHandlers.ofString()).body())
                    .isEqualTo("" + LARGE.length);
        }
    }

    @Test
    void carriesManyConnectionsAtOnce() throws Exception {
        try (Forwarding forwarding = new Forwarding("web-0 :" + page.actualPort())) {
            URI at = forwarding.next();
            List<CompletableFuture<HttpResponse<String>>> answers = new ArrayList<>();
            for (int i = 0; i < AT_ONCE; i++) {
                answers.add(
                        CLIENT.sendAsync(
                                request(at, "/together"), HttpResponse.BodyHandlers.ofString()));
            }
            assertThat(answers).allMatch(answer -> answer.join().body().equals("all are here"));
        }
    }

    @Test
    void saysThatAPortIsClosed() throws Exception {
        int closed;
        try (ServerSocket held = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            closed = held.getLocalPort();
        }
        try (Forwarding forwarding = new Forwarding("web-0 :" + closed);
                Socket local = new Socket("127.0.0.1", forwarding.next().getPort())) {
            assertThat(all(local.getInputStream())).isEmpty();
            assertThat(forwarding.lastWords())
                    .contains(
                            "error forwarding port "
                                    + closed
                                    + " to pod default/web-0: Connection refused")
                    .contains("lost connection to pod");
        }
    }

    @Test
    void isToldOfAPodThatIsNotThere() throws Exception {
        assertThat(kubectl.attempt("port-forward nobody :80").output())
                .contains("pods \"nobody\" not found");
    }

    @Test
    void isToldThatSpdyAloneIsNotSpoken() throws Exception {
        Process process =
                kubectl.start(
                        "port-forward web-0 :80",
                        Map.of("KUBECTL_PORT_FORWARD_WEBSOCKETS", "false"));
        assertThat(all(process.getInputStream()))
                .contains("Upgrade request required", "expected: kubectl >= 1.31");
        assertThat(process.waitFor()).isNotZero();
    }
}
