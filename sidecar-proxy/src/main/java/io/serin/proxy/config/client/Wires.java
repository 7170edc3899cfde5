// SPDX-License-Identifier: Apache-2.0
package io.serin.proxy.config.client;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFactory;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** What a stream is made from, and the one event loop that owns all of them. */
record Wires(
        EventLoop loop, ChannelFactory<? extends Channel> channels, Lookup lookup, Trust trust) {

    Future<?> after(Duration wait, Runnable task) {
        return loop.schedule(task, wait.toMillis(), TimeUnit.MILLISECONDS);
    }
}
