// SPDX-License-Identifier: Apache-2.0
package io.serin.proxy.grpc;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFactory;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import io.serin.api.name.HostPort;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/** What a stream is made from, and the one event loop that owns all of them. */
public record Wires(
        EventLoop loop, ChannelFactory<? extends Channel> channels, Lookup lookup, Trust trust) {

    public Future<?> after(Duration wait, Runnable task) {
        return loop.schedule(task, wait.toMillis(), TimeUnit.MILLISECONDS);
    }

    /**
     * Finds out what it takes to call somebody: a look-up blocks, maybe for seconds, and files are
     * read, so on a thread of its own. Any thread; what is called back is on the loop.
     */
    public void prepare(
            HostPort peer,
            BiConsumer<InetSocketAddress, Optional<Trust.Terms>> ready,
            Consumer<StreamEnd> failed) {
        Thread.ofPlatform()
                .daemon()
                .name("serin-lookup")
                .start(() -> {
                    try {
                        InetSocketAddress address = lookup.find(peer);
                        Optional<Trust.Terms> terms = trust.terms();
                        loop.execute(() -> ready.accept(address, terms));
                    } catch (UnknownHostException e) {
                        StreamEnd end =
                                new StreamEnd.NoConnection(
                                        "the name '" + peer.host() + "' is not known");
                        loop.execute(() -> failed.accept(end));
                    } catch (TrustFault fault) {
                        StreamEnd end = new StreamEnd.Untrusted(String.valueOf(fault.getMessage()));
                        loop.execute(() -> failed.accept(end));
                    }
                });
    }
}
