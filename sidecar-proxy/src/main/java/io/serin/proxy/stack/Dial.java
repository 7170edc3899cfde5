// SPDX-License-Identifier: Apache-2.0
package io.serin.proxy.stack;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Promise;
import io.serin.proxy.pool.UpstreamHost;
import io.serin.proxy.tls.MeshTls;
import java.net.ConnectException;
import org.jspecify.annotations.Nullable;

/**
 * Connects to the first of some endpoints that takes the connection; one that is slow to do so has
 * another one tried beside it. One event loop.
 */
public final class Dial {

    /** What is tried before the client is told. */
    private static final int MAX_ATTEMPTS = 3;

    private final Dispatch.Endpoints endpoints;
    private final Promise<Opaque.Dialed> result;
    private int left = MAX_ATTEMPTS;
    private int connecting;
    private @Nullable Throwable lastCause;

    private Dial(EventLoop loop, Dispatch.Endpoints endpoints) {
        this.endpoints = endpoints;
        this.result = loop.newPromise();
    }

    public static Future<Opaque.Dialed> first(EventLoop loop, Dispatch.Endpoints endpoints) {
        Dial dial = new Dial(loop, endpoints);
        dial.attempt();
        return dial.result;
    }

    private void attempt() {
        if (result.isDone()) {
            return;
        }
        UpstreamHost<Upstream> host = left == 0 ? null : endpoints.next();
        if (host != null) {
            left--;
            connect(host);
        } else if (connecting == 0) {
            result.setFailure(
                    lastCause == null ? new ConnectException(endpoints.none().cause()) : lastCause);
        }
    }

    private void connect(UpstreamHost<Upstream> host) {
        host.begin();
        connecting++;
        Future<Channel> made =
                host.connect(new NotReading(), MeshTls.Inside.ANYTHING, this::attempt);
        made.addListener(done -> {
            connecting--;
            if (!done.isSuccess()) {
                host.end();
                lastCause = done.cause();
                attempt();
            } else if (!result.trySuccess(
                    new Opaque.Dialed(made.getNow(), host.meter(), host::end))) {
                host.end();
                var _ = made.getNow().close();
            }
        });
    }

    /** Holds a connection still until it is known who listens to it. */
    private static final class NotReading extends ChannelInboundHandlerAdapter {
        @Override
        public void handlerAdded(ChannelHandlerContext ctx) {
            ctx.channel().config().setAutoRead(false);
        }
    }
}
