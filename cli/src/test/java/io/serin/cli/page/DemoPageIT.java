// SPDX-License-Identifier: Apache-2.0
package io.serin.cli.page;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.serin.cli.demo.event.DemoEvent.CommandTyped;
import io.serin.cli.demo.event.DemoEvent.Fact;
import io.serin.cli.demo.event.DemoEvent.PodsSeen;
import io.serin.cli.demo.event.DemoEvent.SceneBegan;
import io.serin.cli.demo.event.DemoEvent.SecondOfTraffic;
import io.serin.cli.demo.event.SeenPod;
import io.serin.cli.demo.event.TrafficCounts;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.ConnectException;
import java.net.HttpURLConnection;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 60, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class DemoPageIT {

    private final HttpClient http = HttpClient.newHttpClient();
    private DemoPage page;

    @BeforeEach
    void open() throws PageFault {
        page = DemoPage.open(0);
    }

    @AfterEach
    void close() {
        page.close();
        http.close();
    }

    /** A stream of events, as a browser reads it. */
    private record Stream(InputStream in, BufferedReader lines) implements AutoCloseable {

        /** The next frame that is no heartbeat, its lines joined by {@code |}. */
        String next() throws IOException {
            List<String> frame = new ArrayList<>();
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.isEmpty() && !frame.isEmpty()) {
                    return String.join("|", frame);
                }
                if (!line.isEmpty() && !line.startsWith(":")) {
                    frame.add(line);
                }
            }
            throw new IOException("the stream has ended after " + frame);
        }

        @Override
        public void close() throws IOException {
            in.close();
        }
    }

    /** By the plainest of clients: it tells a stream that was ended from one that broke off. */
    private Stream follow(String lastEventId) throws IOException {
        var connection = (HttpURLConnection) uri("/events").toURL().openConnection();
        if (!lastEventId.isEmpty()) {
            connection.setRequestProperty("Last-Event-ID", lastEventId);
        }
        assertThat(connection.getContentType()).isEqualTo("text/event-stream");
        InputStream in = connection.getInputStream();
        return new Stream(
                in, new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8)));
    }

    private URI uri(String path) {
        return URI.create(page.address().replace("localhost", "127.0.0.1") + path);
    }

    private HttpResponse<String> ask(String method, String path)
            throws IOException, InterruptedException {
        return http.send(
                HttpRequest.newBuilder(uri(path))
                        .method(method, HttpRequest.BodyPublishers.noBody())
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    @Test
    void thePageIsOneFileThatMayLoadNothing() throws Exception {
        HttpResponse<String> answer = ask("GET", "/");

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().firstValue("content-type"))
                .contains("text/html; charset=utf-8");
        assertThat(answer.headers().firstValue("content-security-policy").orElse(""))
                .contains("default-src 'none'", "connect-src 'self'");
        assertThat(answer.body())
                .contains("<title>Serin demo</title>")
                .doesNotContainPattern("(src|href)=\"(?!data:)");
    }

    @Test
    void whatElseIsAskedForIsRefused() throws Exception {
        assertThat(ask("GET", "/etc/passwd").statusCode()).isEqualTo(404);
        HttpResponse<String> post = ask("POST", "/events");
        assertThat(post.statusCode()).isEqualTo(405);
        assertThat(post.headers().firstValue("allow")).contains("GET, HEAD");
        assertThat(ask("HEAD", "/events").statusCode()).isEqualTo(200);
    }

    @Test
    void eventsComeAsTheyHappen() throws Exception {
        try (Stream stream = follow("")) {
            assertThat(stream.next())
                    .isEqualTo("retry: 1000|event: hello|data: {\"resumed\":false}");
            page.accept(new SceneBegan(1, 5, "A mesh"));
            assertThat(stream.next()).contains("event: scene", "\"title\":\"A mesh\"", "\"of\":5");
            page.accept(new CommandTyped("kubectl get pods"));
            assertThat(stream.next()).contains("event: command", "kubectl get pods");
        }
    }

    @Test
    void aLateBrowserIsToldAllThatMakesThePicture() throws Exception {
        page.accept(new SceneBegan(1, 5, "A mesh"));
        page.accept(pods("web-old"));
        page.accept(second());
        page.accept(second());
        page.accept(pods("web-new"));

        try (Stream stream = follow("")) {
            assertThat(stream.next()).contains("hello");
            assertThat(stream.next()).contains("event: scene");
            assertThat(stream.next()).contains("event: second", "\"total\":{\"sent\":200,");
            assertThat(stream.next()).contains("event: second", "\"total\":{\"sent\":400,");
            assertThat(stream.next()).contains("event: pods", "web-new").doesNotContain("web-old");
        }
    }

    @Test
    void whoComesBackIsToldOnlyWhatItMissed() throws Exception {
        page.accept(new Fact("one"));
        String id;
        try (Stream stream = follow("")) {
            var _ = stream.next();
            id = stream.next().replaceAll("^id: ([^|]*).*", "$1");
        }
        page.accept(new Fact("two"));

        try (Stream stream = follow(id)) {
            assertThat(stream.next()).contains("{\"resumed\":true}");
            assertThat(stream.next()).contains("\"two\"");
        }
    }

    @Test
    void aPageOfAnEarlierDemoBeginsAnew() throws Exception {
        page.accept(new Fact("one"));

        try (Stream stream = follow("earlier-17")) {
            assertThat(stream.next()).contains("{\"resumed\":false}");
            assertThat(stream.next()).contains("\"one\"");
        }
    }

    @Test
    void manyBrowsersSeeTheSame() throws Exception {
        try (Stream one = follow("");
                Stream other = follow("")) {
            page.accept(new Fact("both"));
            for (Stream stream : List.of(one, other)) {
                assertThat(stream.next()).contains("hello");
                assertThat(stream.next()).contains("\"both\"");
            }
        }
    }

    /** A browser that doesn't read must not pile up what it is not told. */
    @Test
    void aSlowBrowserGetsThereInTheEnd() throws Exception {
        String long_ = "x".repeat(10_000);
        try (Stream stream = follow("")) {
            for (int i = 0; i < 390; i++) {
                page.accept(new Fact(i + long_));
            }
            assertThat(stream.next()).contains("hello");
            for (int i = 0; i < 390; i++) {
                assertThat(stream.next()).contains("\"text\":\"" + i + "x");
            }
        }
    }

    @Test
    void thePortsHolderIsNamed() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            assertThatThrownBy(() -> DemoPage.open(taken.getLocalPort()))
                    .isInstanceOf(PageFault.class)
                    .hasMessageContaining("port " + taken.getLocalPort() + " is held by")
                    .hasMessageContaining("process " + ProcessHandle.current().pid() + " (")
                    .hasMessageContaining("--page-port");
        }
    }

    @Test
    void nobodyHoldsAFreePort() throws Exception {
        int port;
        try (ServerSocket free = new ServerSocket(0)) {
            port = free.getLocalPort();
            assertThat(PortHolder.of(port))
                    .map(PortHolder::pid)
                    .contains(ProcessHandle.current().pid());
        }
        assertThat(PortHolder.of(port)).isEmpty();
    }

    @Test
    void onlyThisMachineCanReachIt() throws Exception {
        Optional<InetAddress> outside =
                NetworkInterface.networkInterfaces()
                        .flatMap(NetworkInterface::inetAddresses)
                        .filter(address ->
                                address instanceof Inet4Address && !address.isLoopbackAddress())
                        .findFirst();
        Assumptions.assumeTrue(outside.isPresent(), "no address but the loopback's");

        try (Socket socket = new Socket()) {
            assertThatThrownBy(() ->
                            socket.connect(
                                    new InetSocketAddress(
                                            outside.orElseThrow(), uri("/").getPort()),
                                    2000))
                    .isInstanceOf(ConnectException.class);
        }
    }

    @Test
    void closingEndsTheStreamsAfterTheLastEvent() throws Exception {
        try (Stream stream = follow("")) {
            page.accept(new Fact("last"));
            page.close();
            assertThat(stream.next()).contains("hello");
            assertThat(stream.next()).contains("\"last\"");
            assertThatThrownBy(stream::next).hasMessage("the stream has ended after []");
        }
    }

    @Test
    void eventsThatComeAfterTheEndAreNobodysFault() {
        page.close();
        page.accept(new Fact("late"));
    }

    private static SecondOfTraffic second() {
        return new SecondOfTraffic(new TrafficCounts(200, 200, 0, 3, Map.of("v1", 200L)));
    }

    private static PodsSeen pods(String name) {
        return new PodsSeen(
                List.of(
                        new SeenPod(
                                "shop",
                                name,
                                SeenPod.Part.WORKLOAD,
                                "web",
                                "v1",
                                "1-0",
                                SeenPod.State.READY)));
    }
}
