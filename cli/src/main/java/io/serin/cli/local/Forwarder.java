// SPDX-License-Identifier: Apache-2.0
package io.serin.cli.local;

import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;

/**
 * From a port of this machine's loopback to a unix socket, byte by byte: the cluster itself has no
 * way into this machine's network. Two virtual threads for each connection.
 */
final class Forwarder implements Closeable {

    private static final int BUFFER_BYTES = 32 * 1024;

    private final ServerSocketChannel server;
    private final UnixDomainSocketAddress target;

    private Forwarder(ServerSocketChannel server, UnixDomainSocketAddress target) {
        this.server = server;
        this.target = target;
    }

    /**
     * Listens from now on.
     *
     * @param port 0: any that is free
     * @throws IOException when it is taken
     */
    static Forwarder start(int port, Path socket) throws IOException {
        ServerSocketChannel server = ServerSocketChannel.open();
        server.bind(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), port));
        Forwarder forwarder = new Forwarder(server, UnixDomainSocketAddress.of(socket));
        Thread.ofVirtual().name("forwarder").start(forwarder::accept);
        return forwarder;
    }

    int port() {
        return server.socket().getLocalPort();
    }

    private void accept() {
        while (server.isOpen()) {
            try {
                SocketChannel client = server.accept();
                Thread.ofVirtual().start(() -> serve(client));
            } catch (IOException closed) {
                return;
            }
        }
    }

    private void serve(SocketChannel client) {
        try (client;
                SocketChannel cluster = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            cluster.connect(target);
            Thread back = Thread.ofVirtual().start(() -> copy(cluster, client));
            copy(client, cluster);
            back.join();
        } catch (IOException gone) {
            // The client sees its connection end: as when an API server goes away.
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    private static void copy(SocketChannel from, SocketChannel to) {
        ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES);
        try {
            while (from.read(buffer) >= 0) {
                buffer.flip();
                while (buffer.hasRemaining()) {
                    var _ = to.write(buffer);
                }
                buffer.clear();
            }
            to.shutdownOutput();
        } catch (IOException gone) {
            // No more can be sent one way: end the other way too, which a reader may wait for.
            close(from);
            close(to);
        }
    }

    private static void close(SocketChannel channel) {
        try {
            channel.close();
        } catch (IOException closed) {
            // As wished.
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
