// SPDX-License-Identifier: Apache-2.0
package io.serin.proxy.admin;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.ChannelFuture;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.LinuxSocket;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Optional;

/**
 * A port that is open before there is anything to serve it with: who connects waits in the kernel's
 * queue of the one socket that an event loop takes over in the end. So nobody is refused while the
 * proxy is put together, and nobody is answered early.
 */
public final class WaitingPort {

    /** Those who wait are a kubelet, and a hook that waits for the proxy. */
    private static final int BACKLOG = 128;

    private final LinuxSocket socket;

    private WaitingPort(LinuxSocket socket) {
        this.socket = socket;
    }

    /**
     * Opens the port at all addresses, as the event loop's own servers are.
     *
     * @param port 0 for one that is free
     * @return empty where there is no epoll, whose channels can take a socket over
     * @throws IOException when it can't be opened; nothing is left of it then
     */
    public static Optional<WaitingPort> open(int port) throws IOException {
        if (!Epoll.isAvailable()) {
            return Optional.empty();
        }
        LinuxSocket socket = LinuxSocket.newSocketStream();
        try {
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(port));
            socket.listen(BACKLOG);
        } catch (IOException e) {
            socket.close();
            throw new IOException("port " + port, e);
        }
        return Optional.of(new WaitingPort(socket));
    }

    /** Serves all who wait, and who come; once, on an epoll loop. The socket is the channel's. */
    ChannelFuture serve(ServerBootstrap server) {
        return server.channelFactory(() -> new EpollServerSocketChannel(socket.intValue()))
                .register();
    }
}
