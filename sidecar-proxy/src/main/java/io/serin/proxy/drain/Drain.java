// SPDX-License-Identifier: Apache-2.0
package io.serin.proxy.drain;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * The way out: open, then announced (answers say {@code Connection: close}, so that callers move on
 * by themselves), then stopping (nothing new is accepted, what is in flight is finished). Any
 * thread.
 */
public final class Drain {

    /** Fired at every connection when stopping: close now if idle, else after the answer. */
    public enum Event {
        STOPPING
    }

    private final ChannelGroup servers = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);
    private final ChannelGroup connections = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);
    private final ChannelHandler tracker = new Tracker();
    private volatile boolean announced;
    private volatile boolean stopping;

    /** Tells callers to leave, from their next answer on. May be repeated. */
    public void announce() {
        announced = true;
    }

    public boolean isAnnounced() {
        return announced;
    }

    public boolean isStopping() {
        return stopping;
    }

    /** A listening socket, to be closed first. */
    public void serve(Channel server) {
        servers.add(server);
        if (stopping) {
            var _ = server.close();
        }
    }

    /** Stands in the pipeline of each accepted connection, so that the end waits for it. */
    public ChannelHandler tracker() {
        return tracker;
    }

    /** The number of accepted connections that are open. */
    public int open() {
        return connections.size();
    }

    /**
     * Stops accepting, lets what is in flight finish, then closes what is left.
     *
     * @param grace how long to wait at most
     * @return completes with the number of connections that had to be cut off
     */
    public CompletableFuture<Integer> stop(Duration grace) {
        announced = true;
        stopping = true;
        CompletableFuture<Integer> done = new CompletableFuture<>();
        servers.close()
                .addListener(closed -> {
                    for (Channel connection : connections) {
                        connection.pipeline().fireUserEventTriggered(Event.STOPPING);
                    }
                    connections.newCloseFuture().addListener(all -> done.complete(0));
                });
        return done.completeOnTimeout(-1, grace.toMillis(), TimeUnit.MILLISECONDS)
                .thenApply(left -> {
                    if (left == 0) {
                        return 0;
                    }
                    int cutOff = connections.size();
                    var _ = connections.close();
                    return cutOff;
                });
    }

    @ChannelHandler.Sharable
    private final class Tracker extends ChannelInboundHandlerAdapter {
        @Override
        public void channelActive(ChannelHandlerContext ctx) {
            connections.add(ctx.channel());
            ctx.fireChannelActive();
            if (stopping) {
                ctx.pipeline().fireUserEventTriggered(Event.STOPPING);
            }
        }
    }
}
