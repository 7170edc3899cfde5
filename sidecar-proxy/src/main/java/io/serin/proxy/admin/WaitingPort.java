// SPDX-License-Identifier: Apache-2.0
package io.serin.proxy.admin;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.ChannelException;
import io.netty.channel.ChannelFuture;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.LinuxSocket;
import io.netty.channel.unix.Socket;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.Optional;

/**
 * A port that is open before there is anything to serve it with: who connects waits in the kernel's
 * queue of the one socket that an event loop takes over in the end. So nobody is refused while the
 * proxy is put together, and nobody is answered early.
 */
public final class WaitingPort {

    /** Where the image's {@code open-port} tells of the socket that it opened before the JVM. */
    private static final String INHERITED = "WAITING_PORT_FD";

    /** Those who wait are a kubelet, and a hook that waits for the proxy. */
    private static final int BACKLOG = 128;

    private final int socket;

    private WaitingPort(int socket) {
        this.socket = socket;
    }

    /**
     * Takes the socket that the process began with, or else opens the port, at all addresses, as
     * the event loop's own servers are.
     *
     * @param port 0 for one that is free
     * @param environment as in {@link System#getenv()}
     * @return empty where there is no epoll, whose channels can take a socket over
     * @throws IOException when there can't be one; nothing that was opened is left then
     */
    public static Optional<WaitingPort> open(int port, Map<String, String> environment)
            throws IOException {
        if (!Epoll.isAvailable()) {
            return Optional.empty();
        }
        String inherited = environment.get(INHERITED);
        return Optional.of(
                new WaitingPort(inherited == null ? opened(port) : checked(inherited, port)));
    }

    private static int opened(int port) throws IOException {
        LinuxSocket socket = LinuxSocket.newSocketStream();
        try {
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(port));
            socket.listen(BACKLOG);
            return socket.intValue();
        } catch (IOException e) {
            socket.close();
            throw new IOException("port " + port, e);
        }
    }

    /** Something else in its place would be closed, or read, as if it were a server. */
    private static int checked(String inherited, int port) throws IOException {
        try {
            Socket socket = new Socket(Integer.parseInt(inherited));
            InetSocketAddress address = socket.localAddress();
            if (address != null && address.getPort() == port) {
                return socket.intValue();
            }
        } catch (IllegalArgumentException | ChannelException noSocket) {
            // As one of somebody else's.
        }
        throw new IOException(
                "%s: %s (expected: the number of a socket at port %d, as open-port sets it; or unset)"
                        .formatted(INHERITED, inherited, port));
    }

    /** Serves all who wait, and who come; once, on an epoll loop. The socket is the channel's. */
    ChannelFuture serve(ServerBootstrap server) {
        return server.channelFactory(() -> new EpollServerSocketChannel(socket)).register();
    }
}
