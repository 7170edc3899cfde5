// SPDX-License-Identifier: Apache-2.0
package io.serin.proxy.redirect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Where nobody redirects anything; where somebody does: NodeAgentIT and RedirectIT. */
class CaptureProofIT {

    @BeforeAll
    static void needs() {
        Needs.redirection();
    }

    @Test
    void nothingIsProvedWhereNobodyRedirects() throws IOException {
        CaptureProof proof = new CaptureProof(settings(freePort()));

        assertThat(proof.missing(List.of(Family.IPV4, Family.IPV6), Duration.ofMillis(120)))
                .containsExactly(Family.IPV4, Family.IPV6);
    }

    @Test
    void aProxyThatIsThereAlreadyIsAFault() throws IOException {
        try (ServerSocket taken = new ServerSocket(0)) {
            CaptureProof proof = new CaptureProof(settings(taken.getLocalPort()));

            assertThatThrownBy(() -> proof.missing(List.of(Family.IPV4), Duration.ZERO))
                    .isInstanceOf(IOException.class)
                    .hasMessageStartingWith("port " + taken.getLocalPort() + ": ");
        }
    }

    /** A rule asks whose socket it is; what this program does besides, it does as itself. */
    @Test
    void callsAsTheProxyAndAsNobodyElse() throws IOException {
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                SocketChannel ofProxy = new ProxyUser(1337).socket();
                SocketChannel own = new ProxyUser(0).socket()) {
            ofProxy.connect(server.getLocalSocketAddress());
            own.connect(server.getLocalSocketAddress());

            assertThat(owner(ofProxy)).isEqualTo("1337");
            assertThat(owner(own)).isEqualTo("0");
        }
    }

    /** Column uid of the socket with this local port: proc_net_tcp(5). */
    private static String owner(SocketChannel socket) throws IOException {
        String port = ":%04X".formatted(((InetSocketAddress) socket.getLocalAddress()).getPort());
        for (String file : new String[] {"/proc/net/tcp", "/proc/net/tcp6"}) {
            for (String line : Files.readAllLines(Path.of(file))) {
                String[] fields = line.strip().split(" +", -1);
                if (fields[1].endsWith(port)) {
                    return fields[7];
                }
            }
        }
        throw new AssertionError("no socket " + port);
    }

    private static RedirectSettings settings(int inboundPort) {
        return RedirectFlags.parse(
                List.of("-z", Integer.toString(inboundPort)), Map.of(), List.of());
    }

    private static int freePort() throws IOException {
        try (ServerSocket free = new ServerSocket(0)) {
            return free.getLocalPort();
        }
    }
}
