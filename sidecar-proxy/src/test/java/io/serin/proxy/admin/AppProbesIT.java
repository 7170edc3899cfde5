// SPDX-License-Identifier: Apache-2.0
package io.serin.proxy.admin;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import io.serin.proxy.settings.AppPages;
import io.serin.proxy.settings.AppProbe;
import io.serin.proxy.settings.AppProbe.Header;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The application's probes by way of the agent. */
class AppProbesIT {

    private static final String PATH = "/app-health/web/livez";
    private static final Duration SOON = Duration.ofSeconds(5);

    private HttpServer app = server();

    @TempDir Path temp;

    AppProbesIT() throws IOException {}

    @AfterEach
    void end() {
        app.stop(0);
    }

    @Test
    void passesOnWhatTheApplicationSays() throws Exception {
        answer("/health", 503, "not yet");

        try (Agent agent = agent(http("/health"))) {
            assertThat(agent.get(PATH, "host: 10.0.0.1:15020"))
                    .startsWith("HTTP/1.1 503 ")
                    .endsWith("\n\nnot yet");
        }
    }

    @Test
    void asksAsTheKubeletWouldButFromWhereNobodyRedirects() throws Exception {
        app.createContext(
                "/",
                exchange ->
                        reply(
                                exchange,
                                200,
                                "%s %s from %s host %s agent %s mode %s connection %s"
                                        .formatted(
                                                exchange.getRequestMethod(),
                                                exchange.getRequestURI(),
                                                exchange.getRemoteAddress()
                                                        .getAddress()
                                                        .getHostAddress(),
                                                exchange.getRequestHeaders().getFirst("host"),
                                                exchange.getRequestHeaders().getFirst("user-agent"),
                                                exchange.getRequestHeaders().get("x-mode"),
                                                exchange.getRequestHeaders().get("connection"))));

        try (Agent agent = agent(http("/live?full=1", new Header("X-Mode", "probe")))) {
            assertThat(
                            agent.get(
                                    PATH + "?ignored",
                                    "host: 10.0.0.1:15020",
                                    "user-agent: kube-probe/1.36",
                                    "x-mode: other"))
                    .endsWith(
                            "GET /live?full=1 from 127.0.0.6 host 10.0.0.1:%d agent kube-probe/1.36"
                                            .formatted(app.getAddress().getPort())
                                    + " mode [probe] connection [close]");
        }
        try (Agent agent = agent(http("/", new Header("Host", "shop.example")))) {
            assertThat(agent.get(PATH, "host: 10.0.0.1:15020")).contains("host shop.example agent");
        }
    }

    @Test
    void saysThatTheApplicationCannotBeReached() throws Exception {
        app.stop(0);

        try (Agent agent = agent(http("/health"))) {
            assertThat(agent.get(PATH, "host: a"))
                    .startsWith("HTTP/1.1 500 ")
                    .contains("the application at port " + app.getAddress().getPort())
                    .contains("Connection refused");
        }
        try (Agent agent = agent(new AppProbe.Tcp(app.getAddress().getPort(), "", SOON))) {
            assertThat(agent.get(PATH, "host: a")).startsWith("HTTP/1.1 500 ");
        }
    }

    @Test
    void knowsNoProbeButThoseOfTheInjector() throws Exception {
        try (Agent agent = agent(http("/health"))) {
            for (String path :
                    List.of(
                            "/app-health/web/readyz",
                            "/app-health/",
                            PATH + "/x",
                            "/app-lifecycle/web/prestopz")) {
                assertThat(agent.get(path, "host: a"))
                        .as(path)
                        .startsWith("HTTP/1.1 400 ")
                        .contains("no probe " + path, "[" + PATH + "]");
            }
            assertThat(agent.get("/elsewhere", "host: a")).startsWith("HTTP/1.1 404 ");
        }
    }

    @Test
    void readsTenKibibytesOfTheBody() throws Exception {
        answer("/health", 200, "x".repeat(1 << 20));

        try (Agent agent = agent(http("/health"))) {
            assertThat(agent.get(PATH, "host: a"))
                    .contains("content-length: 10240\n")
                    .endsWith("\n\n" + "x".repeat(10240));
        }
    }

    @Test
    void followsRedirectsOnTheSameHostAndNoOther() throws Exception {
        answer("/end", 418, "the end");
        for (int i = 1; i <= 11; i++) {
            redirect("/" + i, i == 1 ? "/end" : "/" + (i - 1));
        }
        redirect("/absolute", "http://127.0.0.1:" + app.getAddress().getPort() + "/end");
        redirect("/away", "https://login.example/");
        redirect("/nowhere", "");

        assertThat(probed("/10")).startsWith("HTTP/1.1 418 ");
        assertThat(probed("/11")).startsWith("HTTP/1.1 500 ").contains("more than 10 redirects");
        assertThat(probed("/absolute")).startsWith("HTTP/1.1 418 ");
        assertThat(probed("/away")).startsWith("HTTP/1.1 200 ");
        assertThat(probed("/nowhere")).startsWith("HTTP/1.1 200 ");
    }

    @Test
    void waitsAsLongAsTheProbeSaysAndHoldsUpNobodyElse() throws Exception {
        AtomicReference<String> health = new AtomicReference<>("not asked");
        try (ServerSocket silent = new ServerSocket(0, 8, InetAddress.getLoopbackAddress());
                Agent agent =
                        agent(
                                new AppProbe.Http(
                                        silent.getLocalPort(),
                                        false,
                                        "",
                                        "/",
                                        List.of(),
                                        Duration.ofMillis(1500)))) {
            Thread meanwhile =
                    Thread.startVirtualThread(() -> {
                        try (Socket probe = silent.accept()) {
                            health.set(agent.health());
                            // Held open until the agent gives up.
                            assertThat(probe.getInputStream().readAllBytes()).isNotEmpty();
                        } catch (IOException e) {
                            health.set(e.toString());
                        }
                    });

            assertThat(agent.get(PATH, "host: a"))
                    .startsWith("HTTP/1.1 500 ")
                    .contains("no answer within 1500 ms");
            assertThat(health.get()).as("asked while the probe waited").contains(" 200 OK\n");
            meanwhile.join();
        }
    }

    @Test
    void asksByTlsAndLooksAtNoCertificate() throws Exception {
        HttpsServer tls = HttpsServer.create(new InetSocketAddress("127.0.0.1", 0), 8);
        tls.setHttpsConfigurator(new HttpsConfigurator(selfSigned()));
        app.stop(0);
        app = tls;
        tls.start();
        answer("/health", 200, "by TLS");

        try (Agent agent =
                agent(
                        new AppProbe.Http(
                                tls.getAddress().getPort(),
                                true,
                                "",
                                "/health",
                                List.of(),
                                SOON))) {
            assertThat(agent.get(PATH, "host: a"))
                    .startsWith("HTTP/1.1 200 ")
                    .endsWith("\n\nby TLS");
        }
    }

    @Test
    void callsTheHostThatTheProbeNames() throws Exception {
        app.createContext(
                "/",
                exchange ->
                        reply(
                                exchange,
                                200,
                                exchange.getLocalAddress().getAddress().getHostAddress()));
        int port = app.getAddress().getPort();

        try (Agent agent =
                agent(new AppProbe.Http(port, false, "localhost", "/", List.of(), SOON))) {
            assertThat(agent.get(PATH, "host: a")).endsWith("\n\n127.0.0.1");
        }
        try (Agent agent = agent(new AppProbe.Tcp(port, "no.such.invalid", SOON))) {
            assertThat(agent.get(PATH, "host: a"))
                    .startsWith("HTTP/1.1 500 ")
                    .contains("the name 'no.such.invalid' is not known");
        }
    }

    @Test
    void connectsAndNoMore() throws Exception {
        try (ServerSocket port = new ServerSocket(0, 8, InetAddress.getLoopbackAddress());
                Agent agent = agent(new AppProbe.Tcp(port.getLocalPort(), "", SOON))) {
            assertThat(agent.get(PATH, "host: a")).startsWith("HTTP/1.1 200 ");
            try (InputStream in = port.accept().getInputStream()) {
                assertThat(in.read()).as("the end").isEqualTo(-1);
            }
        }
    }

    @Test
    void asksForTheHealthOfAGrpcService() throws Exception {
        try (GrpcHealthServer grpc = new GrpcHealthServer(Map.of("", 1, "shop.Reviews", 2))) {
            assertThat(probed(new AppProbe.Grpc(grpc.port(), "", SOON)))
                    .startsWith("HTTP/1.1 200 ");
            assertThat(probed(new AppProbe.Grpc(grpc.port(), "shop.Reviews", SOON)))
                    .startsWith("HTTP/1.1 500 ")
                    .contains("health status 2 (expected: 1, SERVING)");
            assertThat(probed(new AppProbe.Grpc(grpc.port(), "shop.Unknown", SOON)))
                    .startsWith("HTTP/1.1 500 ")
                    .contains("gRPC status 5, unknown service");
        }
        assertThat(probed(new AppProbe.Grpc(app.getAddress().getPort(), "", SOON)))
                .as("a server that speaks no HTTP/2")
                .startsWith("HTTP/1.1 500 ");
    }

    private String probed(String path) throws Exception {
        return probed(http(path));
    }

    private static String probed(AppProbe probe) throws Exception {
        try (Agent agent = agent(probe)) {
            return agent.get(PATH, "host: a");
        }
    }

    private static Agent agent(AppProbe probe) {
        return new Agent(new AppPages(Map.of(PATH, probe), Optional.empty()));
    }

    private AppProbe http(String path, Header... headers) {
        return new AppProbe.Http(
                app.getAddress().getPort(), false, "", path, List.of(headers), SOON);
    }

    private void answer(String path, int status, String body) {
        app.createContext(path, exchange -> reply(exchange, status, body));
    }

    private void redirect(String path, String location) {
        app.createContext(
                path,
                exchange -> {
                    if (!location.isEmpty()) {
                        exchange.getResponseHeaders().set("location", location);
                    }
                    reply(exchange, 302, "");
                });
    }

    private static void reply(HttpExchange exchange, int status, String body) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
        try (exchange) {
            exchange.getResponseBody().write(bytes);
        }
    }

    private static HttpServer server() throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 8);
        server.start();
        return server;
    }

    private SSLContext selfSigned() throws Exception {
        Path store = temp.resolve("keys.p12");
        Process keytool =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "keytool")
                                        .toString(),
                                "-genkeypair",
                                "-keystore",
                                store.toString(),
                                "-storepass",
                                "changeit",
                                "-alias",
                                "web",
                                "-keyalg",
                                "EC",
                                "-dname",
                                "CN=somebody else",
                                "-startdate",
                                "-10d",
                                "-validity",
                                "1")
                        .redirectErrorStream(true)
                        .start();
        String said = new String(keytool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(keytool.waitFor()).as(said).isZero();
        KeyStore keys = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(store)) {
            keys.load(in, "changeit".toCharArray());
        }
        KeyManagerFactory managers =
                KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        managers.init(keys, "changeit".toCharArray());
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(managers.getKeyManagers(), null, null);
        return context;
    }
}
