// SPDX-License-Identifier: Apache-2.0
package io.serin.proxy.transport;

import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.RecvByteBufAllocator;
import io.netty.channel.ServerChannel;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollDatagramChannel;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioDatagramChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import java.util.concurrent.TimeUnit;

/**
 * The event loops that carry traffic, one for each worker, and the kind of sockets and memory that
 * go with them: epoll where there is one, else NIO (which can't ask for a redirected connection's
 * destination).
 */
public final class Loops implements AutoCloseable {

    /** Bounds what a slow reader makes us hold, in both directions of each connection. */
    public static final WriteBufferWaterMark WATER_MARK =
            new WriteBufferWaterMark(16 * 1024, 32 * 1024);

    private static final int PAGE = 8192;

    /** Chunks of 256 KiB: a sidecar at rest should not hold megabytes. */
    private static final int CHUNK_ORDER = 5;

    private final EventLoopGroup group;
    private final boolean epoll;
    private final ByteBufAllocator allocator;

    public Loops(int workers) {
        epoll = Epoll.isAvailable();
        group =
                new MultiThreadIoEventLoopGroup(
                        workers, epoll ? SteadyEpoll.factory() : NioIoHandler.newFactory());
        // Netty's own choice turns its thread caches off in a heap as small as ours; and its pooled
        // one counts arenas by the memory limit, which gives none at all here.
        allocator = new PooledByteBufAllocator(true, 0, workers, PAGE, CHUNK_ORDER, 64, 32, true);
    }

    public EventLoopGroup group() {
        return group;
    }

    public Class<? extends ServerChannel> serverChannel() {
        return epoll ? EpollServerSocketChannel.class : NioServerSocketChannel.class;
    }

    public Class<? extends Channel> channel() {
        return epoll ? EpollSocketChannel.class : NioSocketChannel.class;
    }

    public Class<? extends Channel> datagramChannel() {
        return epoll ? EpollDatagramChannel.class : NioDatagramChannel.class;
    }

    /** Memory for what is read and written; one arena a loop. */
    public ByteBufAllocator allocator() {
        return allocator;
    }

    /** Reads 2 KiB at first, an ordinary request or answer; up to 32 KiB where there is more. */
    public static RecvByteBufAllocator reads() {
        return new AdaptiveRecvByteBufAllocator(512, 2048, 32 * 1024);
    }

    /** For the log: {@code epoll} or {@code nio}. */
    public String transport() {
        return epoll ? "epoll" : "nio";
    }

    /** Stops the loops, at once; open connections are closed. */
    @Override
    public void close() {
        group.shutdownGracefully(0, 2, TimeUnit.SECONDS).syncUninterruptibly();
    }
}
