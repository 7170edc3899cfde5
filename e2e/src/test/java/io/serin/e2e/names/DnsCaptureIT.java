// SPDX-License-Identifier: Apache-2.0
package io.serin.e2e.names;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.serin.api.backend.Workload;
import io.serin.api.codec.TypeUrl;
import io.serin.api.name.HostPort;
import io.serin.api.name.ProxyId;
import io.serin.api.name.Revision;
import io.serin.api.name.ServiceName;
import io.serin.api.snapshot.Protocol;
import io.serin.api.snapshot.ProxyNode;
import io.serin.control.index.MeshIndex;
import io.serin.control.index.ServiceEntry;
import io.serin.e2e.envoy.ServingPart;
import io.serin.e2e.envoy.SidecarPart;
import io.serin.proxy.admin.AdminPages;
import io.serin.proxy.main.sidecar.Sidecar;
import io.serin.proxy.settings.AppPages;
import io.serin.proxy.settings.ControlPlaneAuth;
import io.serin.proxy.settings.ProxySettings;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** From the index of the cluster to what an application is answered that asks for a name. */
class DnsCaptureIT {

    private static final Revision REVISION = new Revision("1-0");
    private static final ServiceName WEB = new ServiceName("shop", "web");
    private static final ServiceName DB = new ServiceName("shop", "db");

    private final Deque<AutoCloseable> toClose = new ArrayDeque<>();
    private final ServingPart control = opened(new ServingPart(REVISION));

    @AfterEach
    void close() throws Exception {
        while (!toClose.isEmpty()) {
            toClose.pop().close();
        }
    }

    @Test
    void anApplicationIsAnsweredWhatTheControlPlaneKnowsAndTheRestByOthers() throws Exception {
        NameServer cluster = opened(new NameServer());
        control.serve(mesh("10.0.0.5"));
        Sidecar sidecar = sidecar(true, cluster.address());
        InetSocketAddress agent = sidecar.names().orElseThrow();

        await().until(() -> ask(agent, "web").equals("10.96.0.1"));
        assertThat(ask(agent, "db.shop.svc.cluster.local")).isEqualTo("10.0.0.5");
        assertThat(ask(agent, "db-0.db.shop")).isEqualTo("10.0.0.5");
        assertThat(ask(agent, "example.com")).isEqualTo(NameServer.ANSWER);

        control.serve(mesh("10.0.0.6"));
        await().until(() -> ask(agent, "db").equals("10.0.0.6"));
        await().until(() ->
                control.proxies().stream()
                        .map(proxy -> proxy.types().get(TypeUrl.NAMES))
                        .allMatch(names -> names != null && names.sent().equals(names.acked())));

        control.close();
        assertThat(ask(agent, "db")).as("without a control plane").isEqualTo("10.0.0.6");
        assertThat(metrics(sidecar))
                .contains("istio_agent_dns_upstream_failures_total 0")
                .containsPattern("istio_agent_dns_requests_total [1-9]")
                .containsPattern("istio_agent_dns_upstream_requests_total [1-9]")
                .containsPattern(
                        "istio_agent_dns_upstream_request_duration_seconds_bucket\\{le=\"5\"} [1-9]");
    }

    @Test
    void aProxyThatAnswersNoQuestionsIsToldNoNames() throws Exception {
        control.serve(mesh("10.0.0.5"));
        Sidecar sidecar = sidecar(false, new InetSocketAddress("127.0.0.1", 53));

        assertThat(sidecar.names()).isEmpty();
        assertThat(metrics(sidecar)).doesNotContain("istio_agent_dns");
        assertThat(control.proxies())
                .allSatisfy(proxy -> assertThat(proxy.types()).doesNotContainKey(TypeUrl.NAMES));
    }

    private static MeshIndex mesh(String pod) {
        SortedMap<String, String> pods = new TreeMap<>(Map.of(pod, "db-0"));
        return new MeshIndex(
                Map.of(
                        WEB,
                        new ServiceEntry(WEB, Optional.of("10.96.0.1"), List.of()),
                        DB,
                        new ServiceEntry(DB, Optional.empty(), List.of())),
                Map.of(),
                Map.of(),
                Map.of(),
                Map.of(DB, pods),
                Map.of());
    }

    private Sidecar sidecar(boolean dnsCapture, InetSocketAddress nameServer)
            throws InterruptedException {
        SidecarPart part =
                opened(
                        SidecarPart.start(
                                new ProxySettings(
                                        new ProxyNode(
                                                new ProxyId("127.0.0.1", "web-0", "shop"),
                                                REVISION,
                                                "0.1.0",
                                                Protocol.OWN.latest(),
                                                new Workload("shop", "web", "web", "v1"),
                                                Map.of(),
                                                dnsCapture,
                                                false),
                                        new HostPort("127.0.0.1", control.port()),
                                        new ControlPlaneAuth.None(),
                                        Optional.of("127.0.0.1"),
                                        1,
                                        Duration.ofSeconds(1),
                                        AppPages.NONE,
                                        List.of(nameServer)),
                                new Sidecar.Ports(0, 0, 0, new AdminPages.Ports(0, 0, 0, 0)),
                                new Sidecar.Destinations(
                                        accepted -> nameServer, accepted -> nameServer)));
        part.awaitReady();
        return part.sidecar();
    }

    private static String metrics(Sidecar sidecar) throws IOException, InterruptedException {
        try (HttpClient client = HttpClient.newHttpClient()) {
            URI page =
                    URI.create("http://127.0.0.1:" + sidecar.pages().agent() + "/stats/prometheus");
            return client.send(
                            HttpRequest.newBuilder(page).build(),
                            HttpResponse.BodyHandlers.ofString())
                    .body();
        }
    }

    /** Asks for the IPv4 address of a name, and returns the last four bytes of the answer. */
    private static String ask(InetSocketAddress server, String name) throws IOException {
        StringBuilder query = new StringBuilder("abcd01000001000000000000");
        for (String label : name.split("\\.", -1)) {
            query.append(HexFormat.of().toHexDigits((byte) label.length()))
                    .append(HexFormat.of().formatHex(label.getBytes(StandardCharsets.US_ASCII)));
        }
        byte[] bytes = HexFormat.of().parseHex(query.append("0000010001"));
        try (DatagramSocket socket = new DatagramSocket()) {
            socket.connect(server);
            socket.setSoTimeout(10_000);
            socket.send(new DatagramPacket(bytes, bytes.length));
            DatagramPacket answer = new DatagramPacket(new byte[512], 512);
            socket.receive(answer);
            byte[] last =
                    Arrays.copyOfRange(
                            answer.getData(), answer.getLength() - 4, answer.getLength());
            return InetAddress.getByAddress(last).getHostAddress();
        }
    }

    private <T extends AutoCloseable> T opened(T it) {
        toClose.push(it);
        return it;
    }

    /** The cluster's, which has one answer for all. */
    private static final class NameServer implements AutoCloseable {

        static final String ANSWER = "192.0.2.1";

        private final DatagramSocket socket =
                new DatagramSocket(new InetSocketAddress("127.0.0.1", 0));

        NameServer() throws IOException {
            Thread.ofVirtual().start(this::serve);
        }

        InetSocketAddress address() {
            return (InetSocketAddress) socket.getLocalSocketAddress();
        }

        private void serve() {
            try {
                while (true) {
                    DatagramPacket query = new DatagramPacket(new byte[512], 512);
                    socket.receive(query);
                    byte[] answer = Arrays.copyOf(query.getData(), query.getLength() + 16);
                    answer[2] |= (byte) 0x80;
                    answer[7] = 1;
                    byte[] entry = HexFormat.of().parseHex("c00c000100010000001e0004c0000201");
                    System.arraycopy(entry, 0, answer, query.getLength(), entry.length);
                    socket.send(
                            new DatagramPacket(answer, answer.length, query.getSocketAddress()));
                }
            } catch (IOException closed) {
                // The test is over.
            }
        }

        @Override
        public void close() {
            socket.close();
        }
    }
}
