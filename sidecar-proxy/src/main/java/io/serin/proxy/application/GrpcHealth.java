// SPDX-License-Identifier: Apache-2.0
package io.serin.proxy.application;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.CodedOutputStream;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http2.DefaultHttp2DataFrame;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersFrame;
import io.netty.handler.codec.http2.Http2DataFrame;
import io.netty.handler.codec.http2.Http2FrameCodecBuilder;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2HeadersFrame;
import io.netty.handler.codec.http2.Http2MultiplexHandler;
import io.netty.handler.codec.http2.Http2ResetFrame;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.codec.http2.Http2StreamChannel;
import io.netty.handler.codec.http2.Http2StreamChannelBootstrap;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.Future;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;

/**
 * One question of gRPC's health checking protocol, in plaintext: {@code
 * grpc.health.v1.Health/Check}.
 */
final class GrpcHealth {

    private static final int FRAME_HEAD = 5;
    private static final int SERVING = 1;

    /** An answer is a handful of bytes. */
    private static final int MOST_BYTES = 4096;

    private GrpcHealth() {}

    /** Asks on a new connection; succeeds when the application says that it serves. */
    static void ask(
            Channel connection,
            String authority,
            String service,
            CompletableFuture<Boolean> answer) {
        connection
                .pipeline()
                .addLast(
                        Http2FrameCodecBuilder.forClient()
                                .initialSettings(Http2Settings.defaultSettings().pushEnabled(false))
                                .build())
                .addLast(new Http2MultiplexHandler(new ChannelInboundHandlerAdapter()))
                .addLast(new Opening(authority, service, answer));
    }

    /** Opens the one stream as soon as there is a connection. */
    private static final class Opening extends ChannelInboundHandlerAdapter {

        private final String authority;
        private final String service;
        private final CompletableFuture<Boolean> answer;

        Opening(String authority, String service, CompletableFuture<Boolean> answer) {
            this.authority = authority;
            this.service = service;
            this.answer = answer;
        }

        @Override
        public void channelActive(ChannelHandlerContext ctx) {
            Future<Http2StreamChannel> opening =
                    new Http2StreamChannelBootstrap(ctx.channel())
                            .handler(new Answer(answer))
                            .open();
            opening.addListener(done -> {
                if (done.isSuccess()) {
                    Channel stream = opening.getNow();
                    var _ = stream.write(new DefaultHttp2HeadersFrame(head()));
                    var _ = stream.writeAndFlush(new DefaultHttp2DataFrame(message(), true));
                } else {
                    answer.completeExceptionally(done.cause());
                }
            });
        }

        private Http2Headers head() {
            return new DefaultHttp2Headers()
                    .method("POST")
                    .scheme("http")
                    .authority(authority)
                    .path("/grpc.health.v1.Health/Check")
                    .set("content-type", "application/grpc")
                    .set("te", "trailers")
                    .set("user-agent", "serin-proxy");
        }

        /** {@code HealthCheckRequest { string service = 1; }} */
        private ByteBuf message() throws IOException {
            byte[] message = new byte[CodedOutputStream.computeStringSize(1, service)];
            CodedOutputStream out = CodedOutputStream.newInstance(message);
            out.writeString(1, service);
            out.flush();
            return Unpooled.buffer(FRAME_HEAD + message.length)
                    .writeByte(0)
                    .writeInt(message.length)
                    .writeBytes(message);
        }

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object frame) {
            ReferenceCountUtil.release(frame);
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            answer.completeExceptionally(cause);
        }

        @Override
        public void channelInactive(ChannelHandlerContext ctx) {
            answer.completeExceptionally(
                    new IOException("the connection was closed before the answer was complete"));
        }
    }

    /** Reads the stream. */
    private static final class Answer extends ChannelInboundHandlerAdapter {

        private final CompletableFuture<Boolean> answer;
        private final ByteBuf message = Unpooled.buffer(64, MOST_BYTES);
        private boolean answered;

        Answer(CompletableFuture<Boolean> answer) {
            this.answer = answer;
        }

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object frame) {
            try {
                switch (frame) {
                    case Http2HeadersFrame head -> headers(head.headers(), head.isEndStream());
                    case Http2DataFrame data
                            when data.content().readableBytes() > message.maxWritableBytes() ->
                            fail("an answer of more than " + MOST_BYTES + " bytes");
                    case Http2DataFrame data -> message.writeBytes(data.content());
                    case Http2ResetFrame reset ->
                            fail("the stream was reset, HTTP/2 error " + reset.errorCode());
                    default -> {}
                }
            } finally {
                ReferenceCountUtil.release(frame);
            }
        }

        private void headers(Http2Headers headers, boolean last) {
            CharSequence status = headers.status();
            if (!answered && (status == null || !"200".contentEquals(status))) {
                fail("HTTP status " + status + " (expected: 200)");
                return;
            }
            answered = true;
            CharSequence grpcStatus = headers.get("grpc-status");
            if (grpcStatus == null) {
                if (last) {
                    fail("the stream ended without a gRPC status");
                }
            } else if (!"0".contentEquals(grpcStatus)) {
                CharSequence text = headers.get("grpc-message");
                fail("gRPC status " + grpcStatus + (text == null ? "" : ", " + text));
            } else {
                status();
            }
        }

        /** {@code HealthCheckResponse { ServingStatus status = 1; }} */
        private void status() {
            int status = 0;
            try {
                CodedInputStream in =
                        CodedInputStream.newInstance(
                                ByteBufUtil.getBytes(
                                        message,
                                        Math.min(FRAME_HEAD, message.readableBytes()),
                                        Math.max(0, message.readableBytes() - FRAME_HEAD)));
                for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
                    if (tag == 1 << 3) {
                        status = in.readEnum();
                    } else {
                        in.skipField(tag);
                    }
                }
            } catch (IOException e) {
                answer.completeExceptionally(e);
                return;
            }
            if (status == SERVING) {
                answer.complete(true);
            } else {
                fail("health status " + status + " (expected: 1, SERVING)");
            }
        }

        private void fail(String why) {
            answer.completeExceptionally(new IOException(why));
        }

        @Override
        public void channelInactive(ChannelHandlerContext ctx) {
            fail("the stream was closed before the answer was complete");
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            answer.completeExceptionally(cause);
        }
    }
}
