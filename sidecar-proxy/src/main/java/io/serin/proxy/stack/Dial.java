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

/** Connects to the first of some endpoints that takes the connection. */
public final class Dial {

    /** What is tried before the client is told. */
    private static final int MAX_ATTEMPTS = 3;

    private Dial() {}

    public static Future<Opaque.Dialed> first(EventLoop loop, Dispatch.Endpoints endpoints) {
        Promise<Opaque.Dialed> result = loop.newPromise();
        attempt(loop, endpoints, result, MAX_ATTEMPTS, null);
        return result;
    }

    private static void attempt(
            EventLoop loop,
            Dispatch.Endpoints endpoints,
            Promise<Opaque.Dialed> result,
            int left,
            @Nullable Throwable lastCause) {
        UpstreamHost<Upstream> host = left == 0 ? null : endpoints.next();
        if (host == null) {
            result.setFailure(
                    lastCause == null ? new ConnectException(endpoints.none().cause()) : lastCause);
            return;
        }
        host.begin();
        Future<Channel> connecting = host.connect(new NotReading(), MeshTls.Inside.ANYTHING);
        connecting.addListener(done -> {
            if (done.isSuccess()) {
                result.setSuccess(new Opaque.Dialed(connecting.getNow(), host.meter(), host::end));
            } else {
                host.end();
                host.failed(loop.ticker().nanoTime());
                attempt(loop, endpoints, result, left - 1, done.cause());
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
