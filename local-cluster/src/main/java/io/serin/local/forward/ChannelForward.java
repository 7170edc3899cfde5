// SPDX-License-Identifier: Apache-2.0
package io.serin.local.forward;

import io.vertx.core.Context;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.ServerWebSocket;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ports of a pod over a WebSocket, {@code v4.channel.k8s.io}: of the port at i, channel 2i is data
 * and 2i + 1 is for errors; the first message of each channel is its port. A port is one
 * connection.
 */
public final class ChannelForward {

    private static final Logger LOG = LoggerFactory.getLogger(ChannelForward.class);

    private final ServerWebSocket socket;
    private final Context context;
    private final Executor threads;
    private final List<Port> ports = new ArrayList<>();

    /**
     * Handlers are set here: on the socket's event loop.
     *
     * @param context of that event loop
     * @param threads virtual ones
     */
    public ChannelForward(
            ServerWebSocket socket,
            Context context,
            PodPorts pod,
            List<Integer> numbers,
            Executor threads) {
        this.socket = socket;
        this.context = context;
        this.threads = threads;
        for (int i = 0; i < numbers.size(); i++) {
            ports.add(new Port(pod, numbers.get(i), 2 * i));
        }
        socket.binaryMessageHandler(this::received);
        socket.closeHandler(closed -> ports.forEach(port -> port.connection.close()));
    }

    private void received(Buffer message) {
        if (message.length() < 2) {
            return;
        }
        int channel = message.getUnsignedByte(0);
        for (Port port : ports) {
            if (port.channel == channel) {
                port.connection.received(message.getBytes(1, message.length()));
            }
        }
        balance();
    }

    private void balance() {
        if (ports.stream().anyMatch(port -> port.connection.full())) {
            socket.pause();
        } else {
            socket.resume();
        }
    }

    /** Connects all ports. Returns when their connections are under way. */
    public void run() {
        try {
            for (Port port : ports) {
                port.greet();
                threads.execute(port.connection::run);
            }
        } catch (IOException gone) {
            LOG.debug("port-forward: the client has gone", gone);
        }
    }

    private void close() {
        socket.close((short) 1000)
                .onFailure(gone -> LOG.debug("port-forward: the client has gone", gone));
    }

    private final class Port implements PodConnection.Client {

        private final int number;
        private final int channel;
        private final PodConnection connection;

        Port(PodPorts pod, int number, int channel) {
            this.number = number;
            this.channel = channel;
            this.connection = new PodConnection(pod, number, this, threads);
        }

        void greet() throws IOException {
            for (int each = channel; each <= channel + 1; each++) {
                send(Buffer.buffer(3).appendByte((byte) each).appendUnsignedShortLE(number));
            }
        }

        private void send(Buffer message) throws IOException {
            Sent.await(socket.writeBinaryMessage(message));
        }

        @Override
        public void send(byte[] bytes) throws IOException {
            send(Buffer.buffer(bytes.length + 1).appendByte((byte) channel).appendBytes(bytes));
        }

        @Override
        public void refused(String why) {
            try {
                send(
                        Buffer.buffer()
                                .appendByte((byte) (channel + 1))
                                .appendBytes(why.getBytes(StandardCharsets.UTF_8)));
            } catch (IOException gone) {
                LOG.debug("port-forward: the client has gone", gone);
            }
            close();
        }

        /** With one port its end is the socket's end: there is no other way to say it. */
        @Override
        public void ended() {
            if (ports.size() == 1) {
                close();
            }
        }

        @Override
        public void broken() {
            ended();
        }

        @Override
        public void relieved() {
            context.runOnContext(run -> balance());
        }
    }
}
