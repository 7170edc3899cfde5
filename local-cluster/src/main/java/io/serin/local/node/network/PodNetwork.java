// SPDX-License-Identifier: Apache-2.0
package io.serin.local.node.network;

import io.serin.local.node.process.ContainerProcess;
import io.serin.local.node.process.Kernel;
import io.serin.local.node.process.Tools;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/**
 * A pod's network, host name and IPC namespaces, held by a process that only sleeps, with an
 * Ethernet pair to the node. Both ends know each other's hardware address from the start, so that
 * no packet waits for ARP.
 */
public final class PodNetwork implements AutoCloseable {

    private static final String NODE_END = "ee:ee:ee:ee:ee:ee";
    private static final String GATEWAY = "169.254.1.1";

    private final NodeNetwork node;
    private final int number;
    private final Process pause;

    private PodNetwork(NodeNetwork node, int number, Process pause) {
        this.node = node;
        this.number = number;
        this.pause = pause;
    }

    /**
     * Makes one, ready for use.
     *
     * @throws IOException when {@code ip} or {@code unshare} refuse
     */
    public static PodNetwork create(NodeNetwork node, String hostname) throws IOException {
        ProcessBuilder builder =
                new ProcessBuilder(
                                Tools.UNSHARE,
                                "--net",
                                "--uts",
                                "--ipc",
                                "--",
                                Tools.SHELL,
                                "-c",
                                script(hostname))
                        .redirectErrorStream(true);
        builder.environment().clear();
        Process pause = builder.start();
        PodNetwork network = new PodNetwork(node, node.take(), pause);
        try {
            network.link();
            return network;
        } catch (IOException | RuntimeException failed) {
            network.close();
            throw failed;
        }
    }

    /** As containerd does: ports below 1024 need no privilege inside a pod. */
    private static String script(String hostname) {
        return """
        echo %1$s > /proc/sys/kernel/hostname
        echo 0 > /proc/sys/net/ipv4/ip_unprivileged_port_start
        echo up
        %2$s -batch - && echo linked && exec %3$s infinity
        """
                .formatted(ContainerProcess.quoted(hostname), Tools.IP, Tools.SLEEP);
    }

    private void link() throws IOException {
        String address = address();
        String mac = "02:00:0a:f4:%02x:%02x".formatted(number >> 8, number & 255);
        String name = "pod" + number;
        BufferedReader said = pause.inputReader();
        expect("up", said);
        NodeNetwork.Batch.run(
                """
                link add name %1$s address %2$s type veth peer name eth0 address %3$s netns %4$d
                link set %1$s up
                route add %5$s/32 dev %1$s src %6$s
                neigh add %5$s lladdr %3$s dev %1$s nud permanent
                """
                        .formatted(name, NODE_END, mac, pause.pid(), address, NodeNetwork.ADDRESS));
        try (var batch = pause.outputWriter()) {
            batch.write(
                    """
                    link set lo up
                    addr add %1$s/32 dev eth0
                    link set eth0 up
                    neigh add %2$s lladdr %3$s dev eth0 nud permanent
                    route add default via %2$s dev eth0 onlink src %1$s
                    """
                            .formatted(address, GATEWAY, NODE_END));
        }
        expect("linked", said);
    }

    private static void expect(String line, BufferedReader said) throws IOException {
        StringBuilder other = new StringBuilder();
        for (String next = said.readLine(); next != null; next = said.readLine()) {
            if (next.equals(line)) {
                return;
            }
            other.append(next).append('\n');
        }
        throw new IOException(
                "the pod's namespaces could not be made: " + other.toString().strip());
    }

    public String address() {
        return NodeNetwork.address(number);
    }

    /** {@code /proc/PID/ns} of the process that holds the namespaces. */
    public Path namespaces() {
        return Path.of("/proc", Long.toString(pause.pid()), "ns");
    }

    /**
     * A connection to a port of the pod's loopback. A socket belongs to the network namespace of
     * the thread that opens it, hence a thread for it.
     */
    public SocketChannel connect(int port) throws IOException {
        CompletableFuture<SocketChannel> opened = new CompletableFuture<>();
        Thread.ofPlatform()
                .daemon()
                .name("port-forward")
                .start(() -> {
                    try {
                        Kernel.enterNetwork(namespaces().resolve("net"));
                        opened.complete(
                                SocketChannel.open(
                                        new InetSocketAddress(
                                                InetAddress.getByAddress(new byte[] {127, 0, 0, 1}),
                                                port)));
                    } catch (IOException | RuntimeException failed) {
                        opened.completeExceptionally(failed);
                    }
                });
        try {
            return opened.get();
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", stopped);
        } catch (ExecutionException failed) {
            throw failed.getCause() instanceof IOException known
                    ? known
                    : new IOException(failed.getCause());
        }
    }

    /** Ends the last process of its namespaces; the kernel takes the Ethernet pair with them. */
    @Override
    public void close() {
        pause.destroyForcibly();
        node.giveBack(number);
    }
}
