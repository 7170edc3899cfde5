// SPDX-License-Identifier: Apache-2.0
package io.serin.proxy.stack;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.serin.proxy.drain.Drain;
import io.serin.proxy.transport.Loops;
import io.serin.proxy.transport.OriginalDestination;
import io.serin.proxy.transport.Send;
import java.net.InetSocketAddress;
import java.util.function.BiConsumer;

/** A listening socket for redirected connections, with the options that all of them get. */
public final class Server {

    private static final int BACKLOG = 4096;

    private Server() {}

    /**
     * Listens; each accepted connection is tracked by the drain and then handed to {@code accept},
     * on its event loop, before it reads, with the place where it was going. One that was not
     * redirected is reset: passed on, it would come back here for ever.
     */
    public static ChannelFuture listen(
            InetSocketAddress at,
            Loops loops,
            OriginalDestination originalDestination,
            Drain drain,
            BiConsumer<Channel, InetSocketAddress> accept) {
        ChannelFuture bound =
                new ServerBootstrap()
                        .group(loops.group())
                        .channel(loops.serverChannel())
                        .option(ChannelOption.SO_BACKLOG, BACKLOG)
                        .option(ChannelOption.SO_REUSEADDR, true)
                        .childOption(ChannelOption.TCP_NODELAY, true)
                        .childOption(ChannelOption.SO_KEEPALIVE, true)
                        .childOption(ChannelOption.ALLOCATOR, loops.allocator())
                        .childOption(ChannelOption.RECVBUF_ALLOCATOR, Loops.reads())
                        .childOption(ChannelOption.WRITE_BUFFER_WATER_MARK, Loops.WATER_MARK)
                        .childHandler(
                                new ChannelInitializer<Channel>() {
                                    @Override
                                    protected void initChannel(Channel accepted) {
                                        accepted.pipeline().addLast(drain.tracker());
                                        InetSocketAddress destination =
                                                originalDestination.of(accepted);
                                        if (destination.equals(accepted.localAddress())) {
                                            Send.reset(accepted);
                                        } else {
                                            accept.accept(accepted, destination);
                                        }
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
