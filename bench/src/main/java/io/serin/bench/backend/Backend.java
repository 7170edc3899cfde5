// SPDX-License-Identifier: Apache-2.0
package io.serin.bench.backend;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.socket.SocketChannel;
import io.serin.proxy.transport.Loops;
import java.nio.charset.StandardCharsets;
import java.util.function.Supplier;

/**
 * A server that looks at nothing: the same 1 KB for every request on one port, bytes without end
 * for every connection on the other. One event loop; runs until it is killed.
 *
 * <p>{@code Backend <port for HTTP> <port for bytes>}
 */
public final class Backend {

    /** How long the body of an answer is. */
    public static final int BODY = 1024;

    private static final ByteBuf ANSWER =
            Unpooled.unreleasableBuffer(
                    Unpooled.directBuffer()
                            .writeBytes(
                                    ("HTTP/1.1 200 OK\r\nserver: bench\r\n"
                                                    + "date: Tue, 24 Nov 2026 00:00:00 GMT\r\n"
                                                    + "content-type: application/json\r\n"
                                                    + "cache-control: no-store\r\nx-version: v1\r\n"
                                                    + "content-length: "
                                                    + BODY
                                                    + "\r\n\r\n"
                                                    + "x".repeat(BODY))
                                            .getBytes(StandardCharsets.US_ASCII))
                            .asReadOnly());

    private static final ByteBuf BLOCK =
            Unpooled.unreleasableBuffer(Unpooled.directBuffer().writeZero(256 * 1024).asReadOnly());

    private Backend() {}

    public static void main(String[] args) {
        Loops loops = new Loops(1);
        listen(loops, Integer.parseInt(args[0]), Answering::new);
        listen(loops, Integer.parseInt(args[1]), Streaming::new);
        System.out.println("listening");
    }

    private static void listen(
            Loops loops, int port, Supplier<ChannelInboundHandlerAdapter> handler) {
        new ServerBootstrap()
                .group(loops.group())
                .channel(loops.serverChannel())
                .option(ChannelOption.SO_BACKLOG, 1024)
                .option(ChannelOption.SO_REUSEADDR, true)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childHandler(
                        new ChannelInitializer<SocketChannel>() {
                            @Override
                            protected void initChannel(SocketChannel accepted) {
                                accepted.pipeline().addLast(handler.get());
                            }
                        })
                .bind("127.0.0.1", port)
                .syncUninterruptibly();
    }

    /** An answer for each empty line: the requests of the bench have no bodies. */
    private static final class Answering extends ChannelInboundHandlerAdapter {

        private static final int END = '\r' << 24 | '\n' << 16 | '\r' << 8 | '\n';
        private int last;

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object read) {
            ByteBuf bytes = (ByteBuf) read;
            bytes.forEachByte(next -> {
                last = last << 8 | next & 0xff;
                if (last == END) {
                    var _ = ctx.write(ANSWER.duplicate(), ctx.voidPromise());
                }
                return true;
            });
            bytes.release();
        }

        @Override
        public void channelReadComplete(ChannelHandlerContext ctx) {
            ctx.flush();
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            var _ = ctx.close();
        }
    }

    /** Bytes as fast as they are taken. */
    private static final class Streaming extends ChannelInboundHandlerAdapter {

        @Override
        public void channelActive(ChannelHandlerContext ctx) {
            send(ctx);
        }

        @Override
        public void channelWritabilityChanged(ChannelHandlerContext ctx) {
            send(ctx);
        }

        private static void send(ChannelHandlerContext ctx) {
            while (ctx.channel().isWritable()) {
                var _ = ctx.writeAndFlush(BLOCK.duplicate(), ctx.voidPromise());
            }
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            var _ = ctx.close();
        }
    }
}
