// SPDX-License-Identifier: Apache-2.0
package io.serin.proxy.admin;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoop;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpServerKeepAliveHandler;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.timeout.ReadTimeoutHandler;
import io.serin.proxy.admin.Page.Answer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Function;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Serves the pages of one port. Connections live on an event loop; pages are made on another
 * thread, since some of them ask the request path's loops and wait; what others have to say first
 * may come on any.
 */
final class AdminServer implements AutoCloseable {

    private static final Logger LOG = Logger.getLogger("admin");

    /** Whoever asks nothing for so long, the next scrape included, has gone. */
    private static final int IDLE_SECONDS = 120;

    private static final int MOST_BODY_BYTES = 64 << 10;

    private final Map<String, Page> pages;
    private final Executor makers;
    private final Channel listening;

    private AdminServer(
            EventLoop loop,
            Function<ServerBootstrap, ChannelFuture> place,
            Map<String, Page> pages,
            Executor makers) {
        this.pages = Map.copyOf(pages);
        this.makers = makers;
        ServerBootstrap server =
                new ServerBootstrap()
                        .group(loop)
                        .childHandler(
                                new ChannelInitializer<Channel>() {
                                    @Override
                                    protected void initChannel(Channel channel) {
                                        channel.pipeline()
                                                .addLast(new ReadTimeoutHandler(IDLE_SECONDS))
                                                .addLast(new HttpServerCodec())
                                                .addLast(new HttpServerKeepAliveHandler())
                                                .addLast(new HttpObjectAggregator(MOST_BODY_BYTES))
                                                .addLast(new Visits());
                                    }
                                });
        this.listening = place.apply(server).syncUninterruptibly().channel();
    }

    /**
     * Listens; waits until it does, so not to be called on an event loop.
     *
     * @param place starts the server, with a channel of the loop's kind
     * @param pages by path
     * @param makers where pages are made
     */
    static AdminServer listen(
            EventLoop loop,
            Function<ServerBootstrap, ChannelFuture> place,
            Map<String, Page> pages,
            Executor makers) {
        return new AdminServer(loop, place, pages, makers);
    }

    int port() {
        return ((InetSocketAddress) listening.localAddress()).getPort();
    }

    @Override
    public void close() {
        listening.close().syncUninterruptibly();
    }

    private CompletableFuture<Answer> answer(
            String method, String uri, HttpHeaders headers, InetAddress peer) {
        int query = uri.indexOf('?');
        String path = query < 0 ? uri : uri.substring(0, query);
        Page page = page(path);
        if (page == null) {
            return refused(404, "no page here; there are " + new TreeSet<>(pages.keySet()));
        }
        if (!page.methods().contains(method)) {
            return refused(
                    405,
                    method + " " + path + " (expected: " + new TreeSet<>(page.methods()) + ")");
        }
        if (!page.audience().test(peer)) {
            return refused(403, path + " is not for " + peer.getHostAddress());
        }
        CompletableFuture<Answer> answer;
        try {
            answer = page.content().answer(new Page.Visit(path, headers));
        } catch (IOException | RuntimeException e) {
            answer = CompletableFuture.failedFuture(e);
        }
        return answer.exceptionally(e -> {
            LOG.log(Level.WARNING, "page failed path=" + path, e);
            return Answer.text(500, "the page can't be made: " + e);
        });
    }

    /** The page of that path, or one whose path ends with a slash and is the beginning of it. */
    private @Nullable Page page(String path) {
        Page page = pages.get(path);
        int slash = path.lastIndexOf('/');
        while (page == null && slash > 0) {
            page = pages.get(path.substring(0, slash + 1));
            slash = path.lastIndexOf('/', slash - 1);
        }
        return page;
    }

    private static CompletableFuture<Answer> refused(int status, String why) {
        return CompletableFuture.completedFuture(Answer.text(status, why));
    }

    private final class Visits extends SimpleChannelInboundHandler<FullHttpRequest> {

        @Override
        protected void channelRead0(ChannelHandlerContext ctx, FullHttpRequest request) {
            if (request.decoderResult().isFailure()) {
                var _ =
                        write(ctx, Answer.text(400, "not HTTP"), false)
                                .addListener(ChannelFutureListener.CLOSE);
                return;
            }
            String method = request.method().name();
            boolean headOnly = request.method().equals(HttpMethod.HEAD);
            String uri = request.uri();
            InetAddress peer = ((InetSocketAddress) ctx.channel().remoteAddress()).getAddress();
            HttpHeaders headers = request.headers();
            // One at a time: the next request is read when this one is answered.
            ctx.channel().config().setAutoRead(false);
            makers.execute(() -> {
                var _ =
                        answer(method, uri, headers, peer)
                                .thenAccept(answer ->
                                        write(ctx, answer, headOnly)
                                                .addListener(done ->
                                                        ctx.channel().config().setAutoRead(true)));
            });
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            var _ = ctx.close();
        }

        private ChannelFuture write(ChannelHandlerContext ctx, Answer answer, boolean headOnly) {
            int length = answer.body().readableBytes();
            if (headOnly) {
                answer.body().release();
            }
            FullHttpResponse response =
                    new DefaultFullHttpResponse(
                            HttpVersion.HTTP_1_1,
                            HttpResponseStatus.valueOf(answer.status()),
                            headOnly ? Unpooled.EMPTY_BUFFER : answer.body());
            response.headers().setInt(HttpHeaderNames.CONTENT_LENGTH, length);
            if (!answer.type().isEmpty()) {
                response.headers().set(HttpHeaderNames.CONTENT_TYPE, answer.type());
            }
            return ctx.writeAndFlush(response);
        }
    }
}
