// SPDX-License-Identifier: Apache-2.0
package io.serin.local.serve;

import io.serin.local.api.PodAccess;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.ServerWebSocket;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ports of a pod over a WebSocket, {@code v4.channel.k8s.io}: of the port at i, channel 2i is data
 * and 2i + 1 is for errors; the first message of each channel is its port. Pumps run on virtual
 * threads.
 */
final class PortForwardStream {

    private static final Logger LOG = LoggerFactory.getLogger(PortForwardStream.class);
    private static final int CHUNK = 16 << 10;
    private static final Buffer END = Buffer.buffer();

    private final ServerWebSocket socket;
    private final Executor threads;
    private final List<Port> ports = new ArrayList<>();

    private record Port(int number, int channel, BlockingQueue<Buffer> toPod) {}

    /** Handlers are set here: on the socket's event loop. */
    PortForwardStream(ServerWebSocket socket, List<Integer> numbers, Executor threads) {
        this.socket = socket;
        this.threads = threads;
        for (int i = 0; i < numbers.size(); i++) {
            ports.add(new Port(numbers.get(i), 2 * i, new LinkedBlockingQueue<>()));
        }
        socket.binaryMessageHandler(this::received);
        socket.closeHandler(closed -> ports.forEach(port -> port.toPod().add(END)));
    }

    private void received(Buffer message) {
        if (message.length() < 2) {
            return;
        }
        int channel = message.getUnsignedByte(0);
        for (Port port : ports) {
            if (port.channel() == channel) {
                port.toPod().add(message.getBuffer(1, message.length()));
            }
        }
    }

    /** Connects all ports. Blocks until all are connected; the pumps go on. */
    void run(PodAccess pods, String namespace, String pod) {
        for (Port port : ports) {
            try {
                greet(port);
                SocketChannel connection = pods.connect(namespace, pod, port.number());
                threads.execute(() -> toPod(port, connection));
                threads.execute(() -> fromPod(port, connection));
            } catch (IOException e) {
                failed(port, namespace, pod, e);
            }
        }
    }

    private void greet(Port port) throws IOException {
        for (int channel = port.channel(); channel <= port.channel() + 1; channel++) {
            send(Buffer.buffer(3).appendByte((byte) channel).appendUnsignedShortLE(port.number()));
        }
    }

    private void toPod(Port port, SocketChannel connection) {
        try {
            for (Buffer part = port.toPod().take(); part.length() > 0; part = port.toPod().take()) {
                ByteBuffer bytes = ByteBuffer.wrap(part.getBytes());
                while (bytes.hasRemaining()) {
                    connection.write(bytes);
                }
            }
            connection.close();
        } catch (IOException e) {
            LOG.debug("port-forward: the pod has gone", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void fromPod(Port port, SocketChannel connection) {
        ByteBuffer chunk = ByteBuffer.allocate(CHUNK);
        try (connection) {
            while (connection.read(chunk) >= 0) {
                chunk.flip();
                byte[] bytes = new byte[chunk.remaining()];
                chunk.get(bytes);
                chunk.clear();
                send(Buffer.buffer().appendByte((byte) port.channel()).appendBytes(bytes));
            }
        } catch (IOException e) {
            LOG.debug("port-forward: ended", e);
        }
        // With one port the connection's end is the socket's end: there is no other way to say it.
        if (ports.size() == 1) {
            socket.close((short) 1000)
                    .onFailure(gone -> LOG.debug("port-forward: the client has gone", gone));
        }
    }

    private void failed(Port port, String namespace, String pod, IOException e) {
        String message =
                "error forwarding port "
                        + port.number()
                        + " to pod "
                        + namespace
                        + "/"
                        + pod
                        + ": "
                        + e.getMessage();
        try {
            send(
                    Buffer.buffer()
                            .appendByte((byte) (port.channel() + 1))
                            .appendBytes(message.getBytes(StandardCharsets.UTF_8)));
        } catch (IOException gone) {
            LOG.debug("port-forward: the client has gone", gone);
        }
        socket.close((short) 1000)
                .onFailure(gone -> LOG.debug("port-forward: the client has gone", gone));
    }

    private void send(Buffer message) throws IOException {
        try {
            socket.writeBinaryMessage(message).toCompletionStage().toCompletableFuture().get();
        } catch (ExecutionException e) {
            throw new IOException("the client has gone", e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }
}
