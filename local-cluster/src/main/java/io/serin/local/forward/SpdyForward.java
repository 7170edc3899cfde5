// SPDX-License-Identifier: Apache-2.0
package io.serin.local.forward;

import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.spdy.DefaultSpdyDataFrame;
import io.netty.handler.codec.spdy.DefaultSpdyRstStreamFrame;
import io.netty.handler.codec.spdy.DefaultSpdySynReplyFrame;
import io.netty.handler.codec.spdy.SpdyDataFrame;
import io.netty.handler.codec.spdy.SpdyFrame;
import io.netty.handler.codec.spdy.SpdyPingFrame;
import io.netty.handler.codec.spdy.SpdyRstStreamFrame;
import io.netty.handler.codec.spdy.SpdyStreamStatus;
import io.netty.handler.codec.spdy.SpdySynReplyFrame;
import io.netty.handler.codec.spdy.SpdySynStreamFrame;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.ServerWebSocket;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Executor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ports of a pod as kubectl asks for them: a SPDY/3.1 session whose bytes are the binary messages
 * of a WebSocket (KEP-4006). A connection is two streams with the same request: one for data, and
 * one where only we speak, to say why there is no connection.
 *
 * <p>Streams have no windows, for Go's library (moby/spdystream), which is on the other side,
 * neither gives nor heeds any. Instead the whole session waits for a pod that takes less than it is
 * sent.
 *
 * <p>All state belongs to the socket's event loop.
 */
public final class SpdyForward {

    /** The WebSocket's subprotocol. */
    public static final String PROTOCOL = "SPDY/3.1+portforward.k8s.io";

    private static final Logger LOG = LoggerFactory.getLogger(SpdyForward.class);
    private static final short PROTOCOL_ERROR = 1002;

    private final ServerWebSocket socket;
    private final Context context;
    private final PodPorts pod;
    private final Executor threads;
    private final SpdyFrames frames = new SpdyFrames();

    /** By stream, as long as we may speak on it. */
    private final Map<Integer, Pair> streams = new HashMap<>();

    /** By request: those of which one stream is there. */
    private final Map<String, Pair> halves = new HashMap<>();

    /**
     * One for a socket that has just been opened.
     *
     * @param context of its event loop
     * @param threads virtual ones
     */
    public SpdyForward(ServerWebSocket socket, Context context, PodPorts pod, Executor threads) {
        this.socket = socket;
        this.context = context;
        this.pod = pod;
        this.threads = threads;
    }

    /** On the socket's event loop. */
    public void begin() {
        socket.handler(this::received);
        socket.closeHandler(closed -> close());
    }

    private void close() {
        streams.values().forEach(pair -> pair.connection.close());
        streams.clear();
        frames.close();
    }

    private void received(Buffer bytes) {
        try {
            frames.read(bytes).forEach(this::received);
            balance();
        } catch (IOException e) {
            LOG.debug("port-forward: the session is ended", e);
            socket.close(PROTOCOL_ERROR, "not SPDY/3.1")
                    .onFailure(gone -> LOG.debug("port-forward: the client has gone", gone));
        }
    }

    private void received(SpdyFrame frame) {
        switch (frame) {
            case SpdySynStreamFrame opened -> open(opened);
            case SpdyDataFrame data -> data(data);
            case SpdyRstStreamFrame reset -> reset(reset.streamId());
            // Ours would have even ids, and we send none: it is the client's, which waits for it.
            case SpdyPingFrame ping -> write(ping);
            // SETTINGS and WINDOW_UPDATE are about windows; after GOAWAY the client hangs up.
            default -> LOG.trace("port-forward: passed over: {}", frame);
        }
    }

    private void open(SpdySynStreamFrame opened) {
        int stream = opened.streamId();
        try {
            StreamHead head = StreamHead.of(opened.headers());
            Pair pair = halves.getOrDefault(head.request(), new Pair(head.port()));
            pair.take(stream, head);
            streams.put(stream, pair);
            write(accepted(stream));
            if (pair.whole()) {
                halves.remove(head.request());
                threads.execute(pair.connection::run);
            } else {
                halves.put(head.request(), pair);
            }
            if (opened.isLast()) {
                pair.finished(stream);
            }
        } catch (IllegalArgumentException e) {
            LOG.debug("port-forward: stream {} is refused: {}", stream, e.getMessage());
            write(new DefaultSpdyRstStreamFrame(stream, SpdyStreamStatus.REFUSED_STREAM));
        }
    }

    /** Netty writes no block at all where there are no headers, and Go can't read that. */
    private static SpdyFrame accepted(int stream) {
        SpdySynReplyFrame reply = new DefaultSpdySynReplyFrame(stream);
        reply.headers().add(":status", "200");
        return reply;
    }

    private void data(SpdyDataFrame data) {
        byte[] bytes = ByteBufUtil.getBytes(data.content());
        data.release();
        Pair pair = streams.get(data.streamId());
        if (pair == null) {
            return;
        }
        if (data.streamId() == pair.data) {
            pair.connection.received(bytes);
        }
        if (data.isLast()) {
            pair.finished(data.streamId());
        }
    }

    private void reset(int stream) {
        Pair pair = streams.remove(stream);
        if (pair != null) {
            halves.values().remove(pair);
            if (stream == pair.data) {
                pair.connection.close();
            }
        }
    }

    private void balance() {
        if (streams.values().stream().anyMatch(pair -> pair.connection.full())) {
            socket.pause();
        } else {
            socket.resume();
        }
    }

    private Future<Void> write(SpdyFrame frame) {
        return socket.write(frames.write(frame));
    }

    private Future<Void> write(int stream, byte[] bytes, boolean last) {
        return write(new DefaultSpdyDataFrame(stream, Unpooled.wrappedBuffer(bytes)).setLast(last));
    }

    /** The two streams of a connection; a stream is 0 before it is there. */
    private final class Pair implements PodConnection.Client {

        private final int port;
        private final PodConnection connection;
        private int data;
        private int error;

        Pair(int port) {
            this.port = port;
            this.connection = new PodConnection(pod, port, this, threads);
        }

        void take(int stream, StreamHead head) {
            if (head.port() != port) {
                throw new IllegalArgumentException(
                        "port: " + head.port() + " (expected: " + port + ", as its other stream)");
            }
            int there = head.kind() == StreamHead.Kind.DATA ? data : error;
            if (there != 0 || streams.containsKey(stream)) {
                throw new IllegalArgumentException(
                        "stream " + stream + " of request " + head.request() + " is there already");
            }
            switch (head.kind()) {
                case DATA -> data = stream;
                case ERROR -> error = stream;
            }
        }

        boolean whole() {
            return data != 0 && error != 0;
        }

        void finished(int stream) {
            if (stream == data) {
                connection.finished();
            }
        }

        @Override
        public void send(byte[] bytes) throws IOException {
            Promise<Void> sent = Promise.promise();
            context.runOnContext(run -> {
                if (streams.containsKey(data)) {
                    write(data, bytes, false).onComplete(sent);
                } else {
                    sent.fail("the client has reset the stream");
                }
            });
            Sent.await(sent.future());
        }

        @Override
        public void refused(String why) {
            end(error, why.getBytes(StandardCharsets.UTF_8));
            end(data, new byte[0]);
        }

        @Override
        public void ended() {
            end(data, new byte[0]);
            end(error, new byte[0]);
        }

        private void end(int stream, byte[] bytes) {
            context.runOnContext(run -> {
                if (streams.remove(stream) != null) {
                    write(stream, bytes, true);
                }
            });
        }

        @Override
        public void broken() {
            context.runOnContext(run -> {
                if (streams.remove(data) != null) {
                    write(new DefaultSpdyRstStreamFrame(data, SpdyStreamStatus.INTERNAL_ERROR));
                }
            });
            end(error, new byte[0]);
        }

        @Override
        public void relieved() {
            context.runOnContext(run -> balance());
        }
    }
}
