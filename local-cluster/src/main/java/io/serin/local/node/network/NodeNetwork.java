// SPDX-License-Identifier: Apache-2.0
package io.serin.local.node.network;

import io.serin.local.node.process.Tools;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Queue;

/**
 * The node's side of the pods' network: an address of its own on {@code lo}, and a route to each
 * pod. Pods are not bridged, so that what goes from one to another passes the node's own rules.
 */
public final class NodeNetwork {

    /** Where pods reach the node. */
    public static final String ADDRESS = "10.244.0.1";

    private static final int MOST = 65_000;

    private final Queue<Integer> returned = new ArrayDeque<>();
    private int next = 2;

    /**
     * Gives the node's network namespace its address and lets it forward; again changes nothing.
     *
     * @throws IOException when {@code ip} refuses
     */
    public static void prepare() throws IOException {
        Batch.run("link set lo up\naddr replace " + ADDRESS + "/32 dev lo\n");
        Files.writeString(Path.of("/proc/sys/net/ipv4/ip_forward"), "1");
    }

    /** Addresses are used anew as late as possible: a late packet should find nobody. */
    synchronized int take() {
        if (next < MOST) {
            return next++;
        }
        Integer free = returned.poll();
        if (free == null) {
            throw new IllegalStateException("all addresses of 10.244.0.0/16 are in use");
        }
        return free;
    }

    synchronized void giveBack(int number) {
        returned.add(number);
    }

    static String address(int number) {
        return "10.244." + (number >> 8) + "." + (number & 255);
    }

    /** {@code ip -batch}. */
    static final class Batch {
        private Batch() {}

        static void run(String lines) throws IOException {
            Process process =
                    new ProcessBuilder(Tools.IP, "-batch", "-").redirectErrorStream(true).start();
            try (var input = process.outputWriter()) {
                input.write(lines);
            }
            String said =
                    new String(
                            process.getInputStream().readAllBytes(),
                            java.nio.charset.StandardCharsets.UTF_8);
            try {
                if (process.waitFor() != 0) {
                    throw new IOException("ip: " + said.strip() + " in:\n" + lines);
                }
            } catch (InterruptedException stopped) {
                Thread.currentThread().interrupt();
                throw new IOException("interrupted", stopped);
            }
        }
    }
}
