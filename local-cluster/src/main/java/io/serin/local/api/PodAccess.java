// SPDX-License-Identifier: Apache-2.0
package io.serin.local.api;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.nio.channels.SocketChannel;
import java.util.List;
import java.util.OptionalInt;

/** What the API server asks of the node. All calls may block. */
public interface PodAccess {

    /**
     * A container's output. The caller closes the stream.
     *
     * @param follow whether to wait for more until the container ends
     * @param previous whether that of the instance before this one is meant
     * @throws ApiFault 400 when the container has not started, or the pod has no such container
     */
    InputStream logs(
            String namespace,
            String pod,
            String container,
            boolean follow,
            OptionalInt tailLines,
            boolean previous)
            throws IOException;

    /**
     * Runs a command in a container.
     *
     * @throws ApiFault 400 when the container is not running
     */
    Execution exec(
            String namespace,
            String pod,
            String container,
            List<String> command,
            boolean stdin,
            boolean tty)
            throws IOException;

    /** To the pod's loopback, from inside its network namespace. The caller closes the channel. */
    SocketChannel connect(String namespace, String pod, int port) throws IOException;

    /** Where a port of the pod can be reached from the node. */
    InetSocketAddress address(String namespace, String pod, int port);
}
