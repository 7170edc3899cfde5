// SPDX-License-Identifier: Apache-2.0
package io.serin.proxy.admin;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http2.DefaultHttp2DataFrame;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersFrame;
import io.netty.handler.codec.http2.Http2DataFrame;
import io.netty.handler.codec.http2.Http2FrameCodecBuilder;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2HeadersFrame;
import io.netty.handler.codec.http2.Http2MultiplexHandler;
import io.netty.util.ReferenceCountUtil;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** An application that speaks gRPC's health checking protocol, as grpc-java would on the wire. */
final class GrpcHealthServer implements AutoCloseable {

    private final Map<String, Integer> statuses;
    private final MultiThreadIoEventLoopGroup loop =
            new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    private final Channel listening;

    /**
     * Serves at any port.
     *
     * @param statuses by service
     */
    GrpcHealthServer(Map<String, Integer> statuses) {
        this.statuses = Map.copyOf(statuses);
        listening =
                new ServerBootstrap()
                        .group(loop)
                        .channelFactory(NioServerSocketChannel::new)
                        .childHandler(
                                new ChannelInitializer<Channel>() {
                                    @Override
                                    protected void initChannel(Channel channel) {
                                        channel.pipeline()
                                                .addLast(
                                                        Http2FrameCodecBuilder.forServer().build(),
                                                        new Http2MultiplexHandler(
                                                                new ChannelInitializer<Channel>() {
                                                                    @Override
                                                                    protected void initChannel(
                                                                            Channel stream) {
                                                                        stream.pipeline()
                                                                                .addLast(
                                                                                        new Check());
                                                                    }
                                                                }));
                                    }
                                })
                        .bind(new InetSocketAddress("127.0.0.1", 0))
                        .syncUninterruptibly()
                        .channel();
    }

    int port() {
        return ((InetSocketAddress) listening.localAddress()).getPort();
    }

    @Override
    public void close() {
        loop.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
    }

    private final class Check extends ChannelInboundHandlerAdapter {

        private String path = "";

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object frame) {
            try {
                if (frame instanceof Http2HeadersFrame head) {
                    path = String.valueOf(head.headers().path());
                } else if (frame instanceof Http2DataFrame data && data.isEndStream()) {
                    // Five bytes around the message, a tag and a length before the name.
                    String message = data.content().toString(StandardCharsets.UTF_8);
                    answer(ctx, message.length() > 7 ? message.substring(7) : "");
                }
            } finally {
                ReferenceCountUtil.release(frame);
            }
        }

        private void answer(ChannelHandlerContext ctx, String service) {
            Integer status = statuses.get(service);
            Http2Headers head =
                    new DefaultHttp2Headers().status("200").set("content-type", "application/grpc");
            if (!path.equals("/grpc.health.v1.Health/Check") || status == null) {
                head.set("grpc-status", "5").set("grpc-message", "unknown service");
                var _ = ctx.writeAndFlush(new DefaultHttp2HeadersFrame(head, true));
                return;
            }
            var _ = ctx.write(new DefaultHttp2HeadersFrame(head));
            byte[] message = {0, 0, 0, 0, 2, 8, status.byteValue()};
            var _ = ctx.write(new DefaultHttp2DataFrame(Unpooled.wrappedBuffer(message)));
            Http2Headers trailers = new DefaultHttp2Headers().set("grpc-status", "0");
            var _ = ctx.writeAndFlush(new DefaultHttp2HeadersFrame(trailers, true));
        }
    }
}
