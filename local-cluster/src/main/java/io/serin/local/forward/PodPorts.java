// SPDX-License-Identifier: Apache-2.0
package io.serin.local.forward;

import java.io.IOException;
import java.nio.channels.SocketChannel;

/**
 * The ports of one pod.
 *
 * @param name as clients are told, e.g. {@code default/web-0}
 */
public record PodPorts(String name, Dial dial) {

    /** Connects to a port of the pod's loopback. The caller closes the channel. */
    @FunctionalInterface
    public interface Dial {
        SocketChannel connect(int port) throws IOException;
    }

    /** In the kubelet's words. */
    String refusal(int port, Exception why) {
        return "error forwarding port " + port + " to pod " + name + ": " + why.getMessage();
    }
}
