// SPDX-License-Identifier: Apache-2.0
package io.serin.local.forward;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import io.netty.handler.codec.spdy.DefaultSpdyDataFrame;
import io.netty.handler.codec.spdy.DefaultSpdyPingFrame;
import io.netty.handler.codec.spdy.DefaultSpdyRstStreamFrame;
import io.netty.handler.codec.spdy.DefaultSpdySynStreamFrame;
import io.netty.handler.codec.spdy.SpdyDataFrame;
import io.netty.handler.codec.spdy.SpdyFrame;
import io.netty.handler.codec.spdy.SpdyPingFrame;
import io.netty.handler.codec.spdy.SpdyRstStreamFrame;
import io.netty.handler.codec.spdy.SpdyStreamStatus;
import io.netty.handler.codec.spdy.SpdySynReplyFrame;
import io.netty.handler.codec.spdy.SpdySynStreamFrame;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.WebSocket;
import io.vertx.core.http.WebSocketClientOptions;
import io.vertx.core.http.WebSocketConnectOptions;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.StandardSocketOptions;
import java.nio.channels.SocketChannel;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A session in single frames: what kubectl does seldom, and what others may do. */
@Timeout(60)
class SpdyForwardIT {

    private static final int ERROR = 1;
    private static final int DATA = 3;

    /** As little as the kernel may hold, so that little has to be sent to fill it all. */
    private static final int BUFFER = 64 << 10;

    private final Vertx vertx = Vertx.vertx();
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final BlockingQueue<SpdyFrame> received = new LinkedBlockingQueue<>();
    private final SpdyFrames frames = new SpdyFrames();
    private ServerSocket pod;
    private WebSocket socket;

    @BeforeEach
    void start() throws Exception {
        pod = new ServerSocket();
        pod.setReceiveBufferSize(BUFFER);
        pod.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        PodPorts ports = new PodPorts("default/p", SpdyForwardIT::dial);
        int port =
                done(vertx.createHttpServer(
                                        new HttpServerOptions()
                                                .setReceiveBufferSize(BUFFER)
                                                .setWebSocketSubProtocols(
                                                        List.of(SpdyForward.PROTOCOL)))
                                .webSocketHandler(opened ->
                                        new SpdyForward(
                                                        opened,
                                                        vertx.getOrCreateContext(),
                                                        ports,
                                                        threads)
                                                .begin())
                                .listen(0, "127.0.0.1"))
                        .actualPort();
        socket =
                done(
                        vertx.createWebSocketClient(
                                        new WebSocketClientOptions().setSendBufferSize(BUFFER))
                                .connect(
                                        new WebSocketConnectOptions()
                                                .setHost("127.0.0.1")
                                                .setPort(port)
                                                .addSubProtocol(SpdyForward.PROTOCOL))
                                .onSuccess(opened -> opened.handler(this::received)));
    }

    @AfterEach
    void stop() throws Exception {
        done(vertx.close());
        threads.close();
        pod.close();
        frames.close();
    }

    private static SocketChannel dial(int port) throws IOException {
        SocketChannel channel =
                SocketChannel.open().setOption(StandardSocketOptions.SO_SNDBUF, BUFFER);
        channel.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        return channel;
    }

    private static <T> T done(Future<T> future) throws Exception {
        return future.toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
    }

    private void received(Buffer bytes) {
        synchronized (frames) {
            try {
                received.addAll(frames.read(bytes));
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        }
    }

    private Future<Void> send(SpdyFrame frame) {
        synchronized (frames) {
            return socket.write(frames.write(frame));
        }
    }

    private Future<Void> data(int stream, byte[] bytes) {
        return send(new DefaultSpdyDataFrame(stream, Unpooled.wrappedBuffer(bytes)));
    }

    private Future<Void> open(int stream, String kind, int port) {
        SpdySynStreamFrame frame = new DefaultSpdySynStreamFrame(stream, 0, (byte) 0);
        frame.headers().add("streamtype", kind).add("requestid", "0").add("port", "" + port);
        return send(frame);
    }

    private <F extends SpdyFrame> F next(Class<F> kind) throws InterruptedException {
        SpdyFrame frame = received.poll(10, TimeUnit.SECONDS);
        assertThat(frame).isInstanceOf(kind);
        return kind.cast(frame);
    }

    private Socket connected() throws Exception {
        done(open(ERROR, "error", pod.getLocalPort()));
        done(open(DATA, "data", pod.getLocalPort()));
        assertThat(next(SpdySynReplyFrame.class).streamId()).isEqualTo(ERROR);
        assertThat(next(SpdySynReplyFrame.class).streamId()).isEqualTo(DATA);
        return pod.accept();
    }

    private void assertData(int stream, String text, boolean last) throws InterruptedException {
        SpdyDataFrame frame = next(SpdyDataFrame.class);
        assertThat(frame.streamId()).isEqualTo(stream);
        assertThat(frame.content().toString(UTF_8)).isEqualTo(text);
        assertThat(frame.isLast()).isEqualTo(last);
        frame.release();
    }

    @Test
    void streamsComeInAnyOrderAndDataMayBeEarly() throws Exception {
        done(open(DATA, "data", pod.getLocalPort()));
        done(data(DATA, "early".getBytes(UTF_8)));
        done(send(new DefaultSpdyDataFrame(DATA).setLast(true)));
        done(open(ERROR, "error", pod.getLocalPort()));
        next(SpdySynReplyFrame.class);
        next(SpdySynReplyFrame.class);
        try (Socket far = pod.accept()) {
            assertThat(new String(far.getInputStream().readAllBytes(), UTF_8)).isEqualTo("early");
            far.getOutputStream().write("late".getBytes(UTF_8));
            assertData(DATA, "late", false);
        }
        assertData(DATA, "", true);
        assertData(ERROR, "", true);
    }

    @Test
    void aPortThatIsClosedIsSaidOnTheStreamForErrors() throws Exception {
        int port = pod.getLocalPort();
        pod.close();
        done(open(ERROR, "error", port));
        done(open(DATA, "data", port));
        next(SpdySynReplyFrame.class);
        next(SpdySynReplyFrame.class);
        assertData(
                ERROR,
                "error forwarding port " + port + " to pod default/p: Connection refused",
                true);
        assertData(DATA, "", true);
    }

    @Test
    void aStreamThatCannotBeReadIsRefusedAndTheSessionGoesOn() throws Exception {
        done(open(ERROR, "stdin", 80));
        SpdyRstStreamFrame refused = next(SpdyRstStreamFrame.class);
        assertThat(refused.streamId()).isEqualTo(ERROR);
        assertThat(refused.status()).isEqualTo(SpdyStreamStatus.REFUSED_STREAM);
        done(open(3, "error", 80));
        next(SpdySynReplyFrame.class);
        done(open(5, "error", 80));
        assertThat(next(SpdyRstStreamFrame.class).streamId()).isEqualTo(5);
        done(open(7, "data", 81));
        assertThat(next(SpdyRstStreamFrame.class).streamId()).isEqualTo(7);
        done(send(new DefaultSpdyPingFrame(1)));
        assertThat(next(SpdyPingFrame.class).id()).isEqualTo(1);
    }

    @Test
    void aResetEndsThePodsConnection() throws Exception {
        try (Socket far = connected()) {
            done(send(new DefaultSpdyRstStreamFrame(DATA, SpdyStreamStatus.CANCEL)));
            assertThat(far.getInputStream().read()).isEqualTo(-1);
        }
        assertData(ERROR, "", true);
    }

    @Test
    void theEndOfTheSocketEndsThePodsConnection() throws Exception {
        try (Socket far = connected()) {
            done(socket.close());
            assertThat(far.getInputStream().read()).isEqualTo(-1);
        }
    }

    @Test
    void aPodThatBreaksOffResetsTheStream() throws Exception {
        try (Socket far = connected()) {
            far.getOutputStream().write("here".getBytes(UTF_8));
            assertData(DATA, "here", false);
            far.setSoLinger(true, 0);
        }
        assertThat(next(SpdyRstStreamFrame.class).streamId()).isEqualTo(DATA);
        assertData(ERROR, "", true);
    }

    @Test
    void theClientWaitsForAPodThatTakesNothing() throws Exception {
        byte[] part = new byte[16 << 10];
        int parts = 192;
        try (Socket far = connected()) {
            Future<Void> last = Future.succeededFuture();
            for (int i = 0; i < parts; i++) {
                last = data(DATA, part);
            }
            assertThat(received.poll(500, TimeUnit.MILLISECONDS)).isNull();
            assertThat(last.isComplete()).isFalse();

            assertThat(far.getInputStream().readNBytes(parts * part.length).length)
                    .isEqualTo(parts * part.length);
            done(last);
        }
    }

    @Test
    void otherBytesEndTheSession() throws Exception {
        var closed = new java.util.concurrent.CompletableFuture<Short>();
        socket.closeHandler(gone -> closed.complete(socket.closeStatusCode()));
        done(socket.write(Buffer.buffer(new byte[] {(byte) 0x80, 2, 0, 1, 0, 0, 0, 0})));
        assertThat(closed.get(10, TimeUnit.SECONDS)).isEqualTo((short) 1002);
    }
}
