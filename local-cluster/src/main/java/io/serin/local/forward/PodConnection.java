// SPDX-License-Identifier: Apache-2.0
package io.serin.local.forward;

import io.serin.local.api.ApiFault;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection to a port of a pod. A pump for each way runs on a virtual thread; what comes for
 * the pod is handed over on the client's event loop.
 */
final class PodConnection {

    private static final Logger LOG = LoggerFactory.getLogger(PodConnection.class);
    private static final int CHUNK = 32 << 10;

    /** The other end. Called by the pumps. */
    interface Client {

        /** Returns when it is on its way. */
        void send(byte[] bytes) throws IOException;

        /** There is no connection. Nothing is called after this. */
        void refused(String why);

        /** The pod has said all. Nothing is said after this. */
        void ended();

        /** The connection broke off, or the client did. Nothing is said after this. */
        void broken();

        /** What waits for the pod is less than the limit again. */
        void relieved();
    }

    private final PodPorts pod;
    private final int port;
    private final Client client;
    private final Executor threads;
    private final Backlog toPod;
    private @Nullable SocketChannel socket;
    private boolean closed;

    PodConnection(PodPorts pod, int port, Client client, Executor threads) {
        this.pod = pod;
        this.port = port;
        this.client = client;
        this.threads = threads;
        this.toPod = new Backlog(client::relieved);
    }

    void received(byte[] bytes) {
        toPod.add(bytes);
    }

    /** The client has said all; it may go on listening. */
    void finished() {
        toPod.end();
    }

    /** More waits for the pod than should. */
    boolean full() {
        return toPod.full();
    }

    /** Connects, and pumps until the pod has said all. Blocks. */
    void run() {
        SocketChannel opened;
        try {
            opened = pod.dial().connect(port);
        } catch (IOException | ApiFault e) {
            close();
            client.refused(pod.refusal(port, e));
            return;
        }
        hold(opened);
        threads.execute(() -> toPod(opened));
        try {
            fromPod(opened);
            client.ended();
        } catch (IOException e) {
            LOG.debug("port-forward: the connection to port {} broke off", port, e);
            client.broken();
        } finally {
            close();
        }
    }

    private synchronized void hold(SocketChannel opened) {
        socket = opened;
        if (closed) {
            close();
        }
    }

    /** Ends it, whether it has begun or not. */
    synchronized void close() {
        closed = true;
        toPod.discard();
        try {
            if (socket != null) {
                socket.close();
            }
        } catch (IOException e) {
            LOG.debug("port-forward: the connection to port {} did not close", port, e);
        }
    }

    private void toPod(SocketChannel opened) {
        try {
            for (byte[] part = toPod.take(); part.length > 0; part = toPod.take()) {
                ByteBuffer bytes = ByteBuffer.wrap(part);
                while (bytes.hasRemaining()) {
                    opened.write(bytes);
                }
            }
            opened.shutdownOutput();
        } catch (IOException e) {
            // It may have said something that is still to be read.
            LOG.debug("port-forward: port {} takes no more", port, e);
            toPod.discard();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void fromPod(SocketChannel opened) throws IOException {
        ByteBuffer chunk = ByteBuffer.allocate(CHUNK);
        while (opened.read(chunk) >= 0) {
            byte[] bytes = new byte[chunk.flip().remaining()];
            chunk.get(bytes).clear();
            client.send(bytes);
        }
    }
}
