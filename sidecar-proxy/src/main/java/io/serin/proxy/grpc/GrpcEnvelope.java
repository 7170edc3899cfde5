// SPDX-License-Identifier: Apache-2.0
package io.serin.proxy.grpc;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.QueryStringDecoder;
import io.netty.handler.codec.http2.Http2DataFrame;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2HeadersFrame;
import io.netty.handler.codec.http2.Http2ResetFrame;
import io.netty.util.ReferenceCountUtil;

/**
 * Reads what gRPC puts around the messages of a stream: passes the bytes on, and turns a bad head,
 * the trailers, or a reset into a {@link StreamEnd} event. An unknown type of frame is dropped.
 */
final class GrpcEnvelope extends ChannelInboundHandlerAdapter {

    private boolean answered;

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object frame) {
        if (frame instanceof Http2DataFrame data) {
            ctx.fireChannelRead(data.content());
            if (data.isEndStream()) {
                end(ctx, new StreamEnd.Garbled("the stream ended without a gRPC status"));
            }
            return;
        }
        if (frame instanceof Http2HeadersFrame head) {
            headers(ctx, head.headers(), head.isEndStream());
        } else if (frame instanceof Http2ResetFrame reset) {
            end(ctx, new StreamEnd.Lost("the stream was reset, HTTP/2 error " + reset.errorCode()));
        }
        ReferenceCountUtil.release(frame);
    }

    private void headers(ChannelHandlerContext ctx, Http2Headers headers, boolean last) {
        if (!answered) {
            answered = true;
            CharSequence status = headers.status();
            if (status == null || !"200".contentEquals(status)) {
                end(ctx, new StreamEnd.Garbled("HTTP status " + status + " (expected: 200)"));
                return;
            }
        }
        CharSequence grpcStatus = headers.get("grpc-status");
        if (grpcStatus != null) {
            end(ctx, new StreamEnd.Status(code(grpcStatus), message(headers)));
        } else if (last) {
            end(ctx, new StreamEnd.Garbled("the stream ended without a gRPC status"));
        }
    }

    private static int code(CharSequence text) {
        try {
            return Integer.parseInt(text, 0, text.length(), 10);
        } catch (NumberFormatException e) {
            return 2; // UNKNOWN, as gRPC has it
        }
    }

    /** Percent-encoded, as gRPC has it; as it stands where that can't be undone. */
    private static String message(Http2Headers headers) {
        CharSequence text = headers.get("grpc-message");
        if (text == null) {
            return "";
        }
        try {
            // '+' is itself here, unlike in a form.
            return QueryStringDecoder.decodeComponent(text.toString().replace("+", "%2B"));
        } catch (IllegalArgumentException e) {
            return text.toString();
        }
    }

    private static void end(ChannelHandlerContext ctx, StreamEnd end) {
        ctx.fireUserEventTriggered(end);
    }
}
