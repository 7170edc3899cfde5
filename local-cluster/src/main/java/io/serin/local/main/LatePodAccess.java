// SPDX-License-Identifier: Apache-2.0
package io.serin.local.main;

import io.serin.local.api.ApiFault;
import io.serin.local.api.Execution;
import io.serin.local.api.PodAccess;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.nio.channels.SocketChannel;
import java.util.List;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/** The node, for an API server that has to be there before it. */
final class LatePodAccess implements PodAccess {

    private volatile @Nullable PodAccess node;

    void is(PodAccess there) {
        node = there;
    }

    private PodAccess node() {
        PodAccess there = node;
        if (there == null) {
            throw ApiFault.of(503, "ServiceUnavailable", "the node is not there yet");
        }
        return there;
    }

    @Override
    public InputStream logs(
            String namespace,
            String pod,
            String container,
            boolean follow,
            OptionalInt tailLines,
            boolean previous)
            throws IOException {
        return node().logs(namespace, pod, container, follow, tailLines, previous);
    }

    @Override
    public Execution exec(
            String namespace,
            String pod,
            String container,
            List<String> command,
            boolean stdin,
            boolean tty)
            throws IOException {
        return node().exec(namespace, pod, container, command, stdin, tty);
    }

    @Override
    public SocketChannel connect(String namespace, String pod, int port) throws IOException {
        return node().connect(namespace, pod, port);
    }

    @Override
    public InetSocketAddress address(String namespace, String pod, int port) {
        return node().address(namespace, pod, port);
    }
}
