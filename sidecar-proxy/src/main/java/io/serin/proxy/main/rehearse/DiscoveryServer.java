// SPDX-License-Identifier: Apache-2.0
package io.serin.proxy.main.rehearse;

import com.google.protobuf.MessageLite;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFactory;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoop;
import io.netty.channel.ServerChannel;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.handler.codec.http2.DefaultHttp2DataFrame;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersFrame;
import io.netty.handler.codec.http2.Http2DataFrame;
import io.netty.handler.codec.http2.Http2FrameCodecBuilder;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2HeadersFrame;
import io.netty.handler.codec.http2.Http2MultiplexHandler;
import io.netty.handler.ssl.SslContext;
import io.netty.util.ReferenceCountUtil;
import io.serin.api.xds.CertificateXds.IstioCertificateRequest;
import io.serin.api.xds.CertificateXds.IstioCertificateResponse;
import io.serin.api.xds.DeltaDiscoveryRequest;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * The server's end of delta ADS, with nothing behind it: gRPC over HTTP/2, in plaintext or over
 * TLS, a {@link Session} for each stream; and certificates, where somebody signs. Everything
 * happens on one event loop.
 */
public final class DiscoveryServer implements AutoCloseable {

    /** What happens on one stream. */
    public interface Session {

        /** A client has opened a stream. */
        void opened(Stream stream);

        /** What the client says of itself, after that. */
        default void head(Http2Headers head) {}

        void received(DeltaDiscoveryRequest request);

        /** The stream is over, whoever ended it. */
        default void closed() {}
    }

    /** Who signs certificates. */
    @FunctionalInterface
    public interface Signer {

        /** Refuses everything. */
        Signer NONE =
                request -> {
                    throw new IOException("nobody signs here");
                };

        /**
         * Signs.
         *
         * @param request PEM, PKCS #10
         * @return PEM, the certificate first
         * @throws IOException when it does not; the client hears why
         */
        List<String> sign(String request) throws IOException;
    }

    private static final String CERTIFICATES = "/istio.v1.auth.IstioCertificateService/";

    private final Channel server;

    private DiscoveryServer(Channel server) {
        this.server = server;
    }

    /**
     * Listens; waits until it does, so not to be called on an event loop.
     *
     * @param tls of a server that speaks HTTP/2; empty for plaintext
     * @param signer for who asks for a certificate
     */
    public static DiscoveryServer listen(
            EventLoop loop,
            ChannelFactory<? extends ServerChannel> channels,
            InetSocketAddress address,
            Optional<SslContext> tls,
            Signer signer,
            Supplier<? extends Session> sessions) {
        ServerBootstrap bootstrap =
                new ServerBootstrap()
                        .group(loop)
                        .channelFactory(channels)
                        .childHandler(
                                new ChannelInitializer<Channel>() {
                                    @Override
                                    protected void initChannel(Channel connection) {
                                        tls.ifPresent(context ->
                                                connection
                                                        .pipeline()
                                                        .addLast(
                                                                context.newHandler(
                                                                        connection.alloc())));
                                        assemble(connection, signer, sessions);
                                    }
                                });
        return new DiscoveryServer(bootstrap.bind(address).syncUninterruptibly().channel());
    }

    public int port() {
        return ((InetSocketAddress) server.localAddress()).getPort();
    }

    /** Stops listening; streams stay. */
    @Override
    public void close() {
        server.close().syncUninterruptibly();
    }

    private static void assemble(
            Channel connection, Signer signer, Supplier<? extends Session> sessions) {
        connection
                .pipeline()
                .addLast(Http2FrameCodecBuilder.forServer().build())
                .addLast(
                        new Http2MultiplexHandler(
                                new ChannelInitializer<Channel>() {
                                    @Override
                                    protected void initChannel(Channel stream) {
                                        stream.pipeline()
                                                .addLast(new DataFrames())
                                                .addLast(new Requests())
                                                .addLast(new Dispatch(signer, sessions));
                                    }
                                }))
                .addLast(new Closer());
    }

    /** A client's stream. */
    public static final class Stream {

        private final Channel channel;

        private Stream(Channel channel) {
            this.channel = channel;
        }

        public void send(MessageLite response) {
            byte[] message = response.toByteArray();
            ByteBuf frame = channel.alloc().buffer(5 + message.length);
            sendBytes(frame.writeByte(0).writeInt(message.length).writeBytes(message));
        }

        /** Sends these bytes as they are, and gives them away. */
        public void sendBytes(ByteBuf bytes) {
            var _ = channel.writeAndFlush(new DefaultHttp2DataFrame(bytes));
        }

        /** Ends the stream with a gRPC status. */
        public void end(int status, String message) {
            var _ =
                    channel.writeAndFlush(
                            new DefaultHttp2HeadersFrame(
                                    new DefaultHttp2Headers()
                                            .setInt("grpc-status", status)
                                            .set("grpc-message", message),
                                    true));
        }

        /** Closes the whole connection. */
        public void hangUp() {
            var _ = channel.parent().close();
        }
    }

    /** The bytes of a stream's frames; a head is an event. */
    private static final class DataFrames extends ChannelInboundHandlerAdapter {
        @Override
        public void channelRead(ChannelHandlerContext ctx, Object frame) {
            if (frame instanceof Http2DataFrame data) {
                ctx.fireChannelRead(data.content());
            } else {
                if (frame instanceof Http2HeadersFrame head) {
                    ctx.fireUserEventTriggered(head.headers());
                }
                ReferenceCountUtil.release(frame);
            }
        }
    }

    private static final class Requests extends ByteToMessageDecoder {
        @Override
        protected void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) {
            if (in.readableBytes() >= 5
                    && in.readableBytes() >= 5 + in.getInt(in.readerIndex() + 1)) {
                in.skipBytes(1);
                byte[] message = new byte[in.readInt()];
                in.readBytes(message);
                out.add(message);
            }
        }
    }

    /** Puts what a stream is for in its own place, once its head says so. */
    private static final class Dispatch extends ChannelInboundHandlerAdapter {

        private final Signer signer;
        private final Supplier<? extends Session> sessions;

        Dispatch(Signer signer, Supplier<? extends Session> sessions) {
            this.signer = signer;
            this.sessions = sessions;
        }

        @Override
        public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
            if (event instanceof Http2Headers head) {
                var _ =
                        ctx.writeAndFlush(
                                new DefaultHttp2HeadersFrame(
                                        new DefaultHttp2Headers()
                                                .status("200")
                                                .set("content-type", "application/grpc")));
                Stream stream = new Stream(ctx.channel());
                boolean certificate = head.path().toString().startsWith(CERTIFICATES);
                var _ =
                        ctx.pipeline()
                                .replace(
                                        this,
                                        null,
                                        certificate
                                                ? new Signing(signer, stream)
                                                : new Conversation(sessions.get(), stream, head));
            }
        }
    }

    private static final class Signing extends ChannelInboundHandlerAdapter {

        private final Signer signer;
        private final Stream stream;

        Signing(Signer signer, Stream stream) {
            this.signer = signer;
            this.stream = stream;
        }

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object request) throws IOException {
            String csr = IstioCertificateRequest.parseFrom((byte[]) request).getCsr();
            try {
                stream.send(
                        IstioCertificateResponse.newBuilder()
                                .addAllCertChain(signer.sign(csr))
                                .build());
                stream.end(0, "");
            } catch (IOException refused) {
                stream.end(14, String.valueOf(refused.getMessage()));
            }
        }
    }

    private static final class Conversation extends ChannelInboundHandlerAdapter {

        private final Session session;
        private final Stream stream;
        private final Http2Headers head;

        Conversation(Session session, Stream stream, Http2Headers head) {
            this.session = session;
            this.stream = stream;
            this.head = head;
        }

        @Override
        public void handlerAdded(ChannelHandlerContext ctx) {
            session.opened(stream);
            session.head(head);
        }

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object request) throws IOException {
            session.received(DeltaDiscoveryRequest.parseFrom((byte[]) request));
        }

        @Override
        public void channelInactive(ChannelHandlerContext ctx) {
            session.closed();
        }
    }

    /** A connection that breaks is closed, as one would expect. */
    private static final class Closer extends ChannelInboundHandlerAdapter {
        @Override
        public void channelRead(ChannelHandlerContext ctx, Object frame) {
            ReferenceCountUtil.release(frame);
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            var _ = ctx.close();
        }
    }
}
