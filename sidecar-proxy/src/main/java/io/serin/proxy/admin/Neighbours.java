// SPDX-License-Identifier: Apache-2.0
package io.serin.proxy.admin;

import io.serin.api.contract.Objects;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * Who is near enough to be asked no questions: the pod itself, and the node that it runs on, whose
 * kubelet calls from the node's address or from the pod's default gateway, as the network has it.
 */
final class Neighbours {

    private static final Logger LOG = Logger.getLogger("admin");

    private static final InetAddress PASSED_ON = InetAddress.ofLiteral(Objects.INBOUND_SOURCE);

    private final Optional<String> node;
    private final Path routes;

    /**
     * Knows the neighbours.
     *
     * @param node the node's address, as a literal
     * @param routes the kernel's table of IPv4 routes, {@code /proc/net/route}
     */
    Neighbours(Optional<String> node, Path routes) {
        this.node = node;
        this.routes = routes;
    }

    /**
     * On loopback, but for the address that the proxy passes the calls of others on from: a pod may
     * have its inbound traffic redirected at the agent's port as well.
     */
    static boolean isSelf(InetAddress peer) {
        return peer.isLoopbackAddress() && !peer.equals(PASSED_ON);
    }

    boolean isSelfOrNode(InetAddress peer) {
        return isSelf(peer)
                || node.filter(peer.getHostAddress()::equals).isPresent()
                || gateway().filter(peer::equals).isPresent();
    }

    /** The default route's gateway; read each time, since it is asked for once in a pod's life. */
    private Optional<InetAddress> gateway() {
        try {
            for (String line : Files.readAllLines(routes)) {
                String[] fields = line.split("\\s+", -1);
                if (fields.length > 3 && fields[1].equals("00000000")) {
                    return Optional.of(address(Long.parseLong(fields[2], 16)));
                }
            }
        } catch (IOException | NumberFormatException e) {
            LOG.log(Level.WARNING, "the routes can't be read file=" + routes, e);
        }
        return Optional.empty();
    }

    /** The kernel writes the number as it has it in memory: last byte first. */
    private static InetAddress address(long number) throws UnknownHostException {
        return InetAddress.getByAddress(
                new byte[] {
                    (byte) number,
                    (byte) (number >> 8),
                    (byte) (number >> 16),
                    (byte) (number >> 24)
                });
    }
}
