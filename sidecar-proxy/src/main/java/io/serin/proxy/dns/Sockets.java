// SPDX-License-Identifier: Apache-2.0
package io.serin.proxy.dns;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFactory;
import io.netty.channel.EventLoop;
import io.netty.channel.ServerChannel;

/** The one loop that all of it lives on, and what makes its sockets. */
public record Sockets(
        EventLoop loop,
        ChannelFactory<? extends Channel> datagrams,
        ChannelFactory<? extends ServerChannel> servers,
        ChannelFactory<? extends Channel> streams) {}
