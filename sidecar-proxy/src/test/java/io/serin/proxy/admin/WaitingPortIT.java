// SPDX-License-Identifier: Apache-2.0
package io.serin.proxy.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.serin.proxy.settings.AppPages;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class WaitingPortIT {

    private static final String ASK =
            "GET /healthz/ready HTTP/1.1\r\nhost: pod\r\nconnection: close\r\n\r\n";

    @Test
    void answersWhoCameBeforeTheServerOnceTheProxyHasStarted() throws Exception {
        int port = free();
        CompletableFuture<Void> started = new CompletableFuture<>();
        AdminPages.Ports ports =
                new AdminPages.Ports(0, 0, port, 0, WaitingPort.open(port, Map.of()));
        try (Socket early = new Socket(InetAddress.getLoopbackAddress(), port)) {
            early.getOutputStream().write(ASK.getBytes(StandardCharsets.US_ASCII));
            try (Agent agent = new Agent(AppPages.NONE, ports, started)) {
                assertThat(early.getInputStream().available()).isZero();

                started.complete(null);

                assertThat(answer(early))
                        .startsWith("HTTP/1.1 200 OK\r\n")
                        .endsWith("\r\n\r\nready\n");
                // Who comes later finds the same server, at the same port.
                assertThat(agent.health()).startsWith("HTTP/1.1 200 OK\n");
                assertThat(agent.ports().health()).isEqualTo(port);
            }
        }
    }

    @Test
    void closesWithItsServer() throws Exception {
        int port = free();
        AdminPages.Ports ports =
                new AdminPages.Ports(0, 0, port, 0, WaitingPort.open(port, Map.of()));
        new Agent(AppPages.NONE, ports, CompletableFuture.completedFuture(null)).close();

        assertThatThrownBy(() -> new Socket(InetAddress.getLoopbackAddress(), port))
                .isInstanceOf(ConnectException.class);
    }

    @Test
    void namesAPortThatIsTakenAndKeepsNothingOfIt() throws Exception {
        try (ServerSocket taken = new ServerSocket(0)) {
            int port = taken.getLocalPort();
            long before = openFiles();
            for (int i = 0; i < 100; i++) {
                assertThatThrownBy(() -> WaitingPort.open(port, Map.of()))
                        .isInstanceOf(IOException.class)
                        .hasMessage("port " + port)
                        .cause()
                        .hasMessageContaining("Address already in use");
            }
            assertThat(openFiles()).isLessThan(before + 50);
        }
    }

    @Test
    void takesOverTheSocketThatWasThereBeforeTheJvm() throws Exception {
        int port = free();
        Process later =
                new ProcessBuilder(
                                "../deploy/images/proxy/bin/open-port",
                                Integer.toString(port),
                                "sh",
                                "-c",
                                "echo open; read go; exec \"$@\"",
                                "sh",
                                System.getProperty("java.home") + "/bin/java",
                                "--enable-native-access=ALL-UNNAMED",
                                "--sun-misc-unsafe-memory-access=allow",
                                "-cp",
                                System.getProperty("java.class.path"),
                                LateAgent.class.getName(),
                                Integer.toString(port))
                        .redirectError(ProcessBuilder.Redirect.INHERIT)
                        .start();
        try {
            assertThat(later.inputReader().readLine()).isEqualTo("open");
            try (Socket early = new Socket(InetAddress.getLoopbackAddress(), port)) {
                early.getOutputStream().write(ASK.getBytes(StandardCharsets.US_ASCII));
                later.outputWriter().append("go\n").flush();

                assertThat(answer(early)).startsWith("HTTP/1.1 200 OK\r\n");
            }
            // The event loop goes on: it does not wait for the next to come.
            try (Socket second = new Socket(InetAddress.getLoopbackAddress(), port)) {
                second.getOutputStream().write(ASK.getBytes(StandardCharsets.US_ASCII));
                assertThat(answer(second)).startsWith("HTTP/1.1 200 OK\r\n");
            }
        } finally {
            later.destroyForcibly().waitFor();
        }
    }

    @Test
    void inheritsNothingButThePort() {
        for (String inherited : List.of("", "three", "-1", "0", "999999")) {
            assertThatThrownBy(() -> WaitingPort.open(15021, Map.of("WAITING_PORT_FD", inherited)))
                    .hasMessage(
                            "WAITING_PORT_FD: "
                                    + inherited
                                    + " (expected: the number of a socket at port 15021, as"
                                    + " open-port sets it; or unset)");
        }
    }

    private static String answer(Socket socket) throws IOException {
        socket.setSoTimeout(20_000);
        return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }

    private static long openFiles() throws IOException {
        try (Stream<Path> files = Files.list(Path.of("/proc/self/fd"))) {
            return files.count();
        }
    }

    /** A port that is free just now. */
    private static int free() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }
}
