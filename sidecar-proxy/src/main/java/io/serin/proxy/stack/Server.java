// SPDX-License-Identifier: Apache-2.0
package io.serin.proxy.stack;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.WriteBufferWaterMark;
import io.serin.proxy.drain.Drain;
import io.serin.proxy.transport.Loops;
import java.net.InetSocketAddress;
import java.util.function.Consumer;

/** A listening socket for redirected connections, with the options that all of them get. */
public final class Server {

    private static final int BACKLOG = 4096;

    private Server() {}

    /**
     * Listens; each accepted connection is tracked by the drain and then handed to {@code accept},
     * on its event loop, before it reads.
     */
    public static ChannelFuture listen(
            InetSocketAddress at, Loops loops, Drain drain, Consumer<Channel> accept) {
        ChannelFuture bound =
                new ServerBootstrap()
                        .group(loops.group())
                        .channel(loops.serverChannel())
                        .option(ChannelOption.SO_BACKLOG, BACKLOG)
                        .option(ChannelOption.SO_REUSEADDR, true)
                        .childOption(ChannelOption.TCP_NODELAY, true)
                        .childOption(ChannelOption.ALLOCATOR, PooledByteBufAllocator.DEFAULT)
                        .childOption(
                                ChannelOption.RECVBUF_ALLOCATOR,
                                new AdaptiveRecvByteBufAllocator(512, 2048, 32 * 1024))
                        .childOption(
                                ChannelOption.WRITE_BUFFER_WATER_MARK,
                                new WriteBufferWaterMark(16 * 1024, 32 * 1024))
                        .childHandler(
                                new ChannelInitializer<Channel>() {
                                    @Override
                                    protected void initChannel(Channel accepted) {
                                        accepted.pipeline().addLast(drain.tracker());
                                        accept.accept(accepted);
                                    }
                                })
                        .bind(at);
        bound.addListener(done -> {
            if (done.isSuccess()) {
                drain.serve(bound.channel());
            }
        });
        return bound;
    }
}
