// SPDX-License-Identifier: Apache-2.0
package io.serin.proxy.redirect;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Shows by a connection that the pod's traffic goes to the proxy: listens where the proxy will, and
 * calls, as the proxy's user, an address of the pod where nobody listens. Without the rules the
 * call is refused. As Istio's validation does. All rules of a family come in one transaction, so
 * that where this one is, all are.
 *
 * <p>Blocks; one thread.
 */
final class CaptureProof {

    /** Istio's; one that no rule redirects to. */
    private static final int CALLED = 15002;

    /** Spared by the rules. */
    private static final int TUNNEL = 15008;

    private static final Duration BETWEEN_CALLS = Duration.ofMillis(50);
    private static final int CALL_MS = 1000;

    private final RedirectSettings settings;

    CaptureProof(RedirectSettings settings) {
        this.settings = settings;
    }

    /**
     * Calls until it arrives, for each family.
     *
     * @param atMost how long, for all of them
     * @return the families of which it did not
     * @throws IOException when the proxy's port can't be listened at
     */
    List<Family> missing(List<Family> families, Duration atMost) throws IOException {
        long end = System.nanoTime() + atMost.toNanos();
        List<Family> missing = new ArrayList<>(families);
        try (ServerSocketChannel proxy = ServerSocketChannel.open()) {
            listen(proxy);
            proxy.configureBlocking(false);
            while (true) {
                for (Family family : List.copyOf(missing)) {
                    if (arrives(proxy, family)) {
                        missing.remove(family);
                    }
                }
                if (missing.isEmpty() || System.nanoTime() - end >= 0) {
                    return missing;
                }
                Thread.sleep(BETWEEN_CALLS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while calling", e);
        }
    }

    private void listen(ServerSocketChannel proxy) throws IOException {
        try {
            proxy.bind(new InetSocketAddress(settings.inboundPort()));
        } catch (IOException taken) {
            throw new IOException(
                    "port "
                            + settings.inboundPort()
                            + ": "
                            + taken.getMessage()
                            + " (expected: nobody there before the proxy)",
                    taken);
        }
    }

    private boolean arrives(ServerSocketChannel proxy, Family family) throws IOException {
        try (SocketChannel call = ProxyUser.of(settings).socket()) {
            // From where the proxy never calls its application, or it would be let through.
            call.bind(new InetSocketAddress(family.loopback().first(), 0));
            try {
                call.socket()
                        .connect(
                                new InetSocketAddress(family.inboundSource().first(), calledPort()),
                                CALL_MS);
            } catch (IOException refused) {
                return false;
            }
            return accepts(proxy, call.getLocalAddress());
        }
    }

    /** Others may call as well, since the rules redirect them: they are let go. */
    private static boolean accepts(ServerSocketChannel proxy, SocketAddress caller)
            throws IOException {
        while (true) {
            try (SocketChannel call = proxy.accept()) {
                if (call == null) {
                    return false;
                }
                if (port(call.getRemoteAddress()) == port(caller)) {
                    return true;
                }
            }
        }
    }

    private static int port(SocketAddress address) {
        return ((InetSocketAddress) address).getPort();
    }

    private int calledPort() {
        Set<Integer> excluded = settings.outbound().excludePorts();
        int port = CALLED;
        while (port == TUNNEL || port == settings.inboundPort() || excluded.contains(port)) {
            port++;
        }
        return port;
    }
}
