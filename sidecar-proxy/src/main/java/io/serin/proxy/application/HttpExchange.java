// SPDX-License-Identifier: Apache-2.0
package io.serin.proxy.application;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.CompositeByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** One request and its answer, at the end of a connection's pipeline. */
final class HttpExchange extends SimpleChannelInboundHandler<HttpObject> {

    private static final int MOST_PARTS = 1024;

    private final String path;
    private final HttpHeaders headers;
    private final BodyLimit limit;
    private final CompletableFuture<AppAnswer> answer;
    private @Nullable HttpResponse head;
    private @Nullable CompositeByteBuf body;

    /**
     * A GET.
     *
     * @param path with its query
     * @param headers {@code Host} included; nothing that speaks of a connection
     */
    HttpExchange(
            String path,
            HttpHeaders headers,
            BodyLimit limit,
            CompletableFuture<AppAnswer> answer) {
        this.path = path;
        this.headers = headers;
        this.limit = limit;
        this.answer = answer;
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        body = ctx.alloc().compositeBuffer(MOST_PARTS);
        DefaultFullHttpRequest get =
                new DefaultFullHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.GET, path);
        get.headers().set(headers).set(HttpHeaderNames.CONNECTION, "close");
        var _ = ctx.writeAndFlush(get);
    }

    @Override
    protected void channelRead0(ChannelHandlerContext ctx, HttpObject part) {
        if (answer.isDone()) {
            return;
        }
        if (part.decoderResult().isFailure()) {
            fail("no HTTP/1.1: " + part.decoderResult().cause().getMessage());
            return;
        }
        if (part instanceof HttpResponse response) {
            head = response;
        }
        if (head == null || head.status().codeClass() == HttpStatusClass.INFORMATIONAL) {
            return;
        }
        if (part instanceof HttpContent content && body != null) {
            take(head, body, content);
        }
    }

    private void take(HttpResponse head, CompositeByteBuf body, HttpContent content) {
        int room = limit.bytes() - body.readableBytes();
        int more = content.content().readableBytes();
        if (more > room && !limit.cut()) {
            fail("a body of more than " + limit.bytes() + " bytes");
            return;
        }
        body.addComponent(true, content.content().readRetainedSlice(Math.min(more, room)));
        if (content instanceof LastHttpContent || more > room) {
            complete(head, body);
        }
    }

    private void complete(HttpResponse head, ByteBuf body) {
        String type = head.headers().get(HttpHeaderNames.CONTENT_TYPE, "");
        String location = head.headers().get(HttpHeaderNames.LOCATION, "");
        body.retain();
        if (!answer.complete(new AppAnswer(head.status().code(), type, location, body))) {
            body.release();
        }
    }

    private void fail(String why) {
        answer.completeExceptionally(new IOException(why));
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        answer.completeExceptionally(cause);
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        fail("the connection was closed before the answer was complete");
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext ctx) {
        if (body != null) {
            body.release();
            body = null;
        }
    }
}
