// SPDX-License-Identifier: Apache-2.0
package io.serin.workload.load;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The client against servers that misbehave in one way each. */
class LoadClientIT {

    private final List<String> lines = new CopyOnWriteArrayList<>();

    @Test
    void countsAnswersByVersionOverKeptConnections() throws Exception {
        try (Peer peer = new Peer(_ -> ok("x-version: web-v1,reviews-v2\r\n"))) {
            run(peer, "--rate", "100");

            assertThat(last())
                    .contains("\"sent\":100,\"succeeded\":100,\"failed\":0,\"outstanding\":0")
                    .contains("\"versions\":{\"v2\":100}");
            assertThat(peer.connections).hasValueLessThan(20);
        }
    }

    @Test
    void readsChunkedAnswers() throws Exception {
        String chunked =
                """
                HTTP/1.1 200 OK\r
                transfer-encoding: chunked\r
                x-version: web-v3\r
                \r
                4\r
                {"a"\r
                3;x=y\r
                :1}\r
                0\r
                \r
                """;
        try (Peer peer = new Peer(_ -> chunked)) {
            run(peer, "--rate", "20");

            assertThat(last()).contains("\"succeeded\":20").contains("\"versions\":{\"v3\":20}");
        }
    }

    @Test
    void countsAnErrorAsAFailureAndSaysWhich() throws Exception {
        String error = "HTTP/1.1 503 no\r\ncontent-length: 11\r\n\r\nno endpoint";
        try (Peer peer = new Peer(n -> n == 3 ? error : ok(""))) {
            run(peer, "--rate", "10");

            assertThat(last())
                    .contains("\"succeeded\":9,\"failed\":1")
                    .contains("\"lastFailure\":\"GET status 503: no endpoint\"");
        }
    }

    @Test
    void doesNotSendAgainWhatWasCutOff() throws Exception {
        try (Peer peer = new Peer(n -> n == 3 ? "" : ok(""))) {
            run(peer, "--rate", "10");

            assertThat(last())
                    .contains("\"succeeded\":9,\"failed\":1")
                    .contains("connection closed before the answer was whole");
            assertThat(peer.requests).hasValue(10);
        }
    }

    @Test
    void leavesAConnectionThatThePeerClosedWhileItWasIdle() throws Exception {
        try (Peer peer = new Peer(_ -> ok("connection: close\r\n"))) {
            run(peer, "--rate", "20");

            assertThat(last()).contains("\"succeeded\":20,\"failed\":0");
            assertThat(peer.connections).hasValue(20);
        }
    }

    @Test
    void countsSilenceAsAFailureWhenTheTimeIsOver() throws Exception {
        try (Peer peer = new Peer(n -> n == 3 ? null : ok(""))) {
            run(peer, "--rate", "10", "--timeout-seconds", "1");

            assertThat(last())
                    .contains("\"succeeded\":9,\"failed\":1,\"outstanding\":0")
                    .contains("\"lastFailure\":\"GET no answer within 1 s\"");
        }
    }

    @Test
    void sendsTheWantedShareAsPost() throws Exception {
        try (Peer peer = new Peer(_ -> ok(""))) {
            run(peer, "--rate", "100", "--post-percent", "7");

            assertThat(peer.requestLines).filteredOn(line -> line.startsWith("POST ")).hasSize(7);
            assertThat(last()).contains("\"succeeded\":100");
        }
    }

    @Test
    void keepsSendingWhileAnswersAreSlow() throws Exception {
        try (Peer peer =
                new Peer(_ -> {
                    try {
                        Thread.sleep(300);
                    } catch (InterruptedException _) {
                        Thread.currentThread().interrupt();
                    }
                    return ok("");
                })) {
            long start = System.nanoTime();
            run(peer, "--rate", "50");

            assertThat(last()).contains("\"sent\":50,\"succeeded\":50");
            assertThat((System.nanoTime() - start) / 1e9).isLessThan(3);
        }
    }

    private void run(Peer peer, String... more) throws InterruptedException {
        String[] args = new String[more.length + 4];
        args[0] = "--url";
        args[1] = "http://127.0.0.1:" + peer.socket.getLocalPort() + "/";
        args[2] = "--duration-seconds";
        args[3] = "1";
        System.arraycopy(more, 0, args, 4, more.length);
        new LoadClient(LoadSettings.read(args, Map.of()), lines::add).run();
    }

    private String last() {
        return lines.getLast();
    }

    private static String ok(String headers) {
        return "HTTP/1.1 200 OK\r\n" + headers + "content-length: 2\r\n\r\n{}";
    }

    /** Answers the n-th request, counted from 1, with a text; empty: hangs up; null: is silent. */
    private static class Peer implements AutoCloseable {
        interface Script {
            @Nullable String answer(int n);
        }

        final ServerSocket socket = new ServerSocket(0, 100, InetAddress.getLoopbackAddress());
        final AtomicInteger connections = new AtomicInteger();
        final AtomicInteger requests = new AtomicInteger();
        final List<String> requestLines = new CopyOnWriteArrayList<>();
        private final Script script;

        Peer(Script script) throws IOException {
            this.script = script;
            Thread.startVirtualThread(this::accept);
        }

        private void accept() {
            try {
                while (true) {
                    Socket accepted = socket.accept();
                    connections.incrementAndGet();
                    Thread.startVirtualThread(() -> serve(accepted));
                }
            } catch (IOException _) {
                // Closed: the test is over.
            }
        }

        private void serve(Socket accepted) {
            try (accepted) {
                BufferedReader in =
                        new BufferedReader(
                                new InputStreamReader(accepted.getInputStream(), US_ASCII));
                for (String line = in.readLine(); line != null; line = in.readLine()) {
                    requestLines.add(line);
                    int length = 0;
                    for (String header = in.readLine();
                            header != null && !header.isEmpty();
                            header = in.readLine()) {
                        if (header.startsWith("content-length: ")) {
                            length = Integer.parseInt(header.substring(16));
                        }
                    }
                    for (int i = 0; i < length; i++) {
                        in.read();
                    }
                    String answer = script.answer(requests.incrementAndGet());
                    if (answer == null) {
                        in.read();
                        return;
                    }
                    if (answer.isEmpty()) {
                        return;
                    }
                    accepted.getOutputStream().write(answer.getBytes(US_ASCII));
                    if (answer.contains("connection: close")) {
                        return;
                    }
                }
            } catch (IOException _) {
                // The client has gone.
            }
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }
}
