// SPDX-License-Identifier: Apache-2.0
package io.serin.proxy.admin;

import io.netty.channel.ReflectiveChannelFactory;
import io.serin.api.name.Revision;
import io.serin.api.snapshot.NameTable;
import io.serin.api.snapshot.ProxySnapshot;
import io.serin.proxy.application.Application;
import io.serin.proxy.config.client.ClientReport;
import io.serin.proxy.config.client.ClientReport.Connection;
import io.serin.proxy.settings.AppPages;
import io.serin.proxy.transport.Loops;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** The pages of a proxy whose pod is 127.0.0.1, for tests of what they ask of the application. */
final class Agent implements AutoCloseable {

    private final Loops loops = new Loops(1);
    private final AdminPages pages;

    Agent(AppPages application) {
        this(
                application,
                new AdminPages.Ports(0, 0, 0, 0),
                CompletableFuture.completedFuture(null));
    }

    /** One that is ready when it has started. */
    Agent(AppPages application, AdminPages.Ports ports, CompletableFuture<Void> started) {
        pages =
                AdminPages.listen(
                        loops.group().next(),
                        new ReflectiveChannelFactory<>(loops.serverChannel()),
                        ports,
                        new AdminPages.Subject(
                                () ->
                                        new ClientReport(
                                                new Connection.Disconnected("", Instant.EPOCH),
                                                new ClientReport.HomeReport(
                                                        new Revision("1-0"),
                                                        new Revision("1-0"),
                                                        Optional.empty(),
                                                        Instant.EPOCH,
                                                        0,
                                                        0,
                                                        Optional.empty()),
                                                Map.of()),
                                () -> new ProxySnapshot(Map.of(), Map.of(), Map.of(), Map.of()),
                                () -> NameTable.EMPTY,
                                Optional::empty,
                                to ->
                                        to.append(
                                                """
                                                # HELP istio_requests_total Requests.
                                                # TYPE istio_requests_total counter
                                                istio_requests_total 7
                                                """),
                                Optional::empty,
                                started,
                                () -> {},
                                () -> {},
                                new Application(
                                        loops.group().next(),
                                        new ReflectiveChannelFactory<>(loops.channel()),
                                        InetAddress.ofLiteral("127.0.0.1")),
                                application),
                        Optional.empty(),
                        Clock.systemUTC(),
                        Instant.EPOCH);
    }

    AdminPages.Ports ports() {
        return pages.ports();
    }

    /** What the agent says to a GET, from the status line to the last byte of the body. */
    String get(String path, String... headers) throws IOException {
        return get(pages.ports().agent(), path, headers);
    }

    /** The same at the health port. */
    String health() throws IOException {
        return get(pages.ports().health(), "/healthz/ready");
    }

    /** The same at the Prometheus port. */
    String prometheus() throws IOException {
        return get(pages.ports().prometheus(), "/stats/prometheus");
    }

    private static String get(int port, String path, String... headers) throws IOException {
        StringBuilder head =
                new StringBuilder("GET " + path + " HTTP/1.1\r\nconnection: close\r\n");
        for (String header : headers) {
            head.append(header).append("\r\n");
        }
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.getOutputStream().write((head + "\r\n").getBytes(StandardCharsets.ISO_8859_1));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1)
                    .replace("\r\n", "\n");
        }
    }

    @Override
    public void close() {
        pages.close();
        loops.close();
    }
}
