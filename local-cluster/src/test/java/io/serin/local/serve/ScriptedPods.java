// SPDX-License-Identifier: Apache-2.0
package io.serin.local.serve;

import io.serin.local.api.Execution;
import io.serin.local.api.PodAccess;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;

/** A node that runs no pods: commands are the host's, all ports are the loopback's. */
final class ScriptedPods implements PodAccess {

    @Override
    public InputStream logs(
            String namespace,
            String pod,
            String container,
            boolean follow,
            OptionalInt tailLines,
            boolean previous) {
        String log = tailLines.isPresent() ? "last\n" : "first\nlast\n";
        return new ByteArrayInputStream((container + ": " + log).getBytes(StandardCharsets.UTF_8));
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
        Process process = new ProcessBuilder(command).start();
        return new Execution() {
            @Override
            public OutputStream stdin() {
                return process.getOutputStream();
            }

            @Override
            public InputStream stdout() {
                return process.getInputStream();
            }

            @Override
            public InputStream stderr() {
                return process.getErrorStream();
            }

            @Override
            public CompletableFuture<Integer> exit() {
                return process.onExit().thenApply(Process::exitValue);
            }

            @Override
            public void close() {
                process.destroy();
            }
        };
    }

    @Override
    public SocketChannel connect(String namespace, String pod, int port) throws IOException {
        return SocketChannel.open(address(namespace, pod, port));
    }

    @Override
    public InetSocketAddress address(String namespace, String pod, int port) {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    }
}
