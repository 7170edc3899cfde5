// SPDX-License-Identifier: Apache-2.0
package io.serin.proxy.application;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFactory;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import io.serin.api.contract.Objects;
import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;

/** Makes a connection for one call, and closes it when the call has ended, however it did. */
final class Connections {

    private final EventLoop loop;
    private final ChannelFactory<? extends Channel> channels;
    private final InetAddress pod;

    Connections(EventLoop loop, ChannelFactory<? extends Channel> channels, InetAddress pod) {
        this.loop = loop;
        this.channels = channels;
        this.pod = pod;
    }

    InetAddress pod() {
        return pod;
    }

    /** For time limits of calls that need several connections. */
    long nanoTime() {
        return loop.ticker().nanoTime();
    }

    /**
     * Calls.
     *
     * @param begin puts handlers into the connection's pipeline, which complete the answer
     * @return the answer; fails with an {@link IOException} when the connection does, or in time
     */
    <T> CompletableFuture<T> call(
            InetSocketAddress to,
            Duration timeout,
            BiConsumer<Channel, CompletableFuture<T>> begin) {
        CompletableFuture<T> answer = new CompletableFuture<>();
        Bootstrap bootstrap =
                new Bootstrap()
                        .group(loop)
                        .channelFactory(channels)
                        .handler(
                                new ChannelInitializer<Channel>() {
                                    @Override
                                    protected void initChannel(Channel channel) {
                                        begin.accept(channel, answer);
                                    }
                                });
        ChannelFuture connecting =
                to.getAddress().equals(pod)
                        // What comes from there is not redirected to the proxy's inbound side.
                        ? bootstrap.connect(to, new InetSocketAddress(inboundSource(), 0))
                        : bootstrap.connect(to);
        connecting.addListener(done -> {
            if (!done.isSuccess()) {
                answer.completeExceptionally(
                        new IOException(String.valueOf(done.cause().getMessage()), done.cause()));
            }
        });
        Future<?> limit =
                loop.schedule(
                        () ->
                                answer.completeExceptionally(
                                        new IOException(
                                                "no answer within "
                                                        + timeout.plusNanos(999_999).toMillis()
                                                        + " ms")),
                        Math.max(0, timeout.toNanos()),
                        TimeUnit.NANOSECONDS);
        var _ =
                answer.whenComplete((_, _) -> {
                    limit.cancel(false);
                    var _ = connecting.channel().close();
                });
        return answer;
    }

    private InetAddress inboundSource() {
        return InetAddress.ofLiteral(
                pod instanceof Inet6Address ? Objects.INBOUND_SOURCE_IPV6 : Objects.INBOUND_SOURCE);
    }
}
