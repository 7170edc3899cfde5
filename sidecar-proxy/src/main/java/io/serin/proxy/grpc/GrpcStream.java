// SPDX-License-Identifier: Apache-2.0
package io.serin.proxy.grpc;

import com.google.protobuf.MessageLite;
import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFactory;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.http2.DefaultHttp2DataFrame;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersFrame;
import io.netty.handler.codec.http2.Http2FrameCodecBuilder;
import io.netty.handler.codec.http2.Http2GoAwayFrame;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2MultiplexHandler;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.codec.http2.Http2SettingsFrame;
import io.netty.handler.codec.http2.Http2StreamChannel;
import io.netty.handler.codec.http2.Http2StreamChannelBootstrap;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.Future;
import io.serin.api.name.HostPort;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One attempt at a conversation with the control plane: a connection, and one gRPC call on it.
 *
 * <p>Everything, calls of the {@link Listener} included, happens on the event loop. The listener
 * hears {@link Listener#opened} once at most, and {@link Listener#ended} once exactly, last.
 *
 * @param <Q> what is sent
 * @param <R> what comes
 */
public final class GrpcStream<Q extends MessageLite, R extends MessageLite> {

    /** Who hears what happens on the stream. */
    public interface Listener<R> {

        /** Requests can be sent from now on. */
        void opened();

        void received(R response);

        /** It is over; its connection is closed. */
        void ended(StreamEnd end);
    }

    /**
     * How far a stream is trusted.
     *
     * @param maxMessageBytes the largest response that is taken
     * @param connect how long a connection, then a TLS handshake, and then the peer's first word,
     *     may take
     * @param keepAlive see {@link KeepAlive}
     */
    public record Limits(int maxMessageBytes, Duration connect, Duration keepAlive) {}

    /** A whole configuration fits: the control plane need not stop in the middle of one. */
    private static final int WINDOW_BYTES = 4 << 20;

    private final HostPort peer;
    private final GrpcMethod<R> method;
    private final Optional<Trust.Terms> terms;
    private final Limits limits;
    private final Listener<R> listener;
    private @Nullable Channel connection;
    private @Nullable Channel stream;
    private boolean ended;

    /**
     * @param peer whom the certificate has to name, and the head of the call does
     * @param terms empty for plaintext
     */
    public GrpcStream(
            HostPort peer,
            GrpcMethod<R> method,
            Optional<Trust.Terms> terms,
            Limits limits,
            Listener<R> listener) {
        this.peer = peer;
        this.method = method;
        this.terms = terms;
        this.limits = limits;
        this.listener = listener;
    }

    /** Connects; once. */
    public void open(
            EventLoop loop, ChannelFactory<? extends Channel> channels, SocketAddress address) {
        ChannelFuture connecting =
                new Bootstrap()
                        .group(loop)
                        .channelFactory(channels)
                        .option(
                                ChannelOption.CONNECT_TIMEOUT_MILLIS,
                                Math.toIntExact(limits.connect.toMillis()))
                        .option(ChannelOption.TCP_NODELAY, true)
                        .handler(
                                new ChannelInitializer<Channel>() {
                                    @Override
                                    protected void initChannel(Channel channel) {
                                        assemble(channel);
                                    }
                                })
                        .connect(address);
        connection = connecting.channel();
        connecting.addListener(done -> {
            if (!done.isSuccess()) {
                end(new StreamEnd.NoConnection(String.valueOf(done.cause().getMessage())));
            }
        });
    }

    /** Sends a request; after the end it goes nowhere. */
    public void send(Q request) {
        send(request, false);
    }

    /** Sends the only request, or the last one. */
    public void sendLast(Q request) {
        send(request, true);
    }

    private void send(Q request, boolean last) {
        Channel channel = stream;
        if (channel == null || ended) {
            return;
        }
        byte[] message = request.toByteArray();
        ByteBuf frame = channel.alloc().buffer(5 + message.length);
        frame.writeByte(0).writeInt(message.length).writeBytes(message);
        var _ = channel.writeAndFlush(new DefaultHttp2DataFrame(frame, last));
    }

    /** Hangs up. */
    public void close() {
        end(new StreamEnd.Lost("hung up"));
    }

    private void assemble(Channel channel) {
        Http2Settings settings =
                Http2Settings.defaultSettings()
                        .pushEnabled(false)
                        .initialWindowSize(WINDOW_BYTES)
                        .maxHeaderListSize(16 << 10);
        Connection own = new Connection();
        terms.ifPresent(given -> channel.pipeline().addLast(tls(channel, given, own)));
        channel.pipeline()
                .addLast(Http2FrameCodecBuilder.forClient().initialSettings(settings).build())
                .addLast(new KeepAlive(limits.keepAlive))
                .addLast(new Http2MultiplexHandler(new ChannelInboundHandlerAdapter()))
                .addLast(own);
    }

    private SslHandler tls(Channel channel, Trust.Terms given, Connection own) {
        SslHandler tls = given.context().newHandler(channel.alloc(), peer.host(), peer.port());
        tls.setHandshakeTimeout(limits.connect.toMillis(), TimeUnit.MILLISECONDS);
        tls.handshakeFuture()
                .addListener(done -> {
                    if (!done.isSuccess()) {
                        end(Handshake.failed(peer, limits.connect, done.cause()));
                    } else if (!ApplicationProtocolNames.HTTP_2.equals(tls.applicationProtocol())) {
                        end(new StreamEnd.Garbled("what answers speaks TLS, but not HTTP/2"));
                    } else {
                        own.awaitSettings(channel);
                    }
                });
        return tls;
    }

    private void end(StreamEnd end) {
        if (ended) {
            return;
        }
        ended = true;
        if (connection != null) {
            var _ = connection.close();
        }
        listener.ended(end);
    }

    private Http2Headers head() {
        Http2Headers head =
                new DefaultHttp2Headers()
                        .method("POST")
                        .scheme(terms.isPresent() ? "https" : "http")
                        .authority(peer.toString())
                        .path(method.path())
                        .set("content-type", "application/grpc")
                        .set("te", "trailers")
                        .set("user-agent", "serin-proxy");
        terms.ifPresent(given -> head.set("authorization", "Bearer " + given.token()));
        return head;
    }

    /** The connection's own frames, and its end. */
    private final class Connection extends ChannelInboundHandlerAdapter {

        private @Nullable Future<?> deadline;

        @Override
        public void channelActive(ChannelHandlerContext ctx) {
            if (terms.isEmpty()) {
                awaitSettings(ctx.channel());
            }
        }

        /** Whatever listens there may not speak HTTP/2 at all, and never answer. */
        void awaitSettings(Channel channel) {
            deadline =
                    channel.eventLoop()
                            .schedule(
                                    () -> end(new StreamEnd.Garbled("no HTTP/2 settings came")),
                                    limits.connect.toMillis(),
                                    TimeUnit.MILLISECONDS);
        }

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object frame) {
            try {
                if (frame instanceof Http2SettingsFrame && deadline != null) {
                    deadline.cancel(false);
                    deadline = null;
                    openStream(ctx.channel());
                } else if (frame instanceof Http2GoAwayFrame away) {
                    end(new StreamEnd.Lost("the control plane says goodbye, " + away.errorCode()));
                }
            } finally {
                ReferenceCountUtil.release(frame);
            }
        }

        @Override
        public void channelInactive(ChannelHandlerContext ctx) {
            if (deadline != null) {
                deadline.cancel(false);
            }
            end(new StreamEnd.Lost("the connection was closed"));
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            end(new StreamEnd.Garbled(String.valueOf(cause.getMessage())));
        }

        private void openStream(Channel channel) {
            Future<Http2StreamChannel> opening =
                    new Http2StreamChannelBootstrap(channel)
                            .handler(
                                    new ChannelInitializer<Channel>() {
                                        @Override
                                        protected void initChannel(Channel child) {
                                            child.pipeline()
                                                    .addLast(new GrpcEnvelope())
                                                    .addLast(
                                                            new MessageDeframer<>(
                                                                    method.responses(),
                                                                    limits.maxMessageBytes))
                                                    .addLast(new Responses());
                                        }
                                    })
                            .open();
            opening.addListener(done -> {
                if (!done.isSuccess()) {
                    end(new StreamEnd.Garbled(String.valueOf(done.cause().getMessage())));
                    return;
                }
                Channel child = opening.getNow();
                stream = child;
                var _ = child.writeAndFlush(new DefaultHttp2HeadersFrame(head()));
                listener.opened();
            });
        }
    }

    /** The stream's end of the pipeline: responses, or what is wrong with them. */
    private final class Responses extends ChannelInboundHandlerAdapter {

        // The deframer before it makes nothing else.
        @Override
        @SuppressWarnings("unchecked")
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            if (!ended) {
                listener.received((R) message);
            }
        }

        @Override
        public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
            if (event instanceof StreamEnd end) {
                end(end);
            }
        }

        @Override
        public void channelInactive(ChannelHandlerContext ctx) {
            end(new StreamEnd.Lost("the stream was closed"));
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            Throwable root = cause.getCause() == null ? cause : cause.getCause();
            end(new StreamEnd.Garbled(String.valueOf(root.getMessage())));
        }
    }
}
