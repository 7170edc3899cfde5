// SPDX-License-Identifier: Apache-2.0
package io.serin.local.serve;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.serin.local.api.ApiFault;
import io.serin.local.api.Execution;
import io.serin.local.forward.Sent;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.ServerWebSocket;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A command in a container over a WebSocket: {@code v4.channel.k8s.io} and {@code
 * v5.channel.k8s.io}, where the first byte of a message says which stream it is of. Pumps run on
 * virtual threads.
 */
final class ExecStream {

    private static final Logger LOG = LoggerFactory.getLogger(ExecStream.class);
    private static final int CHUNK = 16 << 10;
    private static final byte STDIN = 0;
    private static final byte STDOUT = 1;
    private static final byte STDERR = 2;
    private static final byte ERROR = 3;
    private static final byte RESIZE = 4;
    private static final int CLOSE = 255;
    private static final Buffer END = Buffer.buffer();

    private final ServerWebSocket socket;
    private final Executor threads;
    private final BlockingQueue<Buffer> input = new LinkedBlockingQueue<>();

    /** Handlers are set here: on the socket's event loop. */
    ExecStream(ServerWebSocket socket, Executor threads) {
        this.socket = socket;
        this.threads = threads;
        socket.binaryMessageHandler(this::received);
        socket.textMessageHandler(text -> received(Buffer.buffer(text)));
        socket.closeHandler(closed -> input.add(END));
    }

    private void received(Buffer message) {
        if (message.length() == 0) {
            return;
        }
        int channel = message.getUnsignedByte(0);
        if (channel == STDIN) {
            if (message.length() > 1) {
                input.add(message.getBuffer(1, message.length()));
            }
        } else if (channel == CLOSE && message.length() > 1 && message.getByte(1) == STDIN) {
            input.add(END);
        } else if (channel != RESIZE) {
            LOG.debug("exec: a message for channel {} is dropped", channel);
        }
    }

    /** What is to be run. */
    interface Command {
        Execution start() throws IOException;
    }

    /** Runs it to its end. Blocks. */
    void run(Command command, boolean stdin) {
        try (Execution execution = command.start()) {
            socket.closeHandler(closed -> {
                input.add(END);
                threads.execute(execution::close);
            });
            if (stdin) {
                threads.execute(() -> feed(execution.stdin()));
            }
            CompletableFuture<Void> out =
                    CompletableFuture.runAsync(() -> pump(execution.stdout(), STDOUT), threads);
            CompletableFuture<Void> err =
                    CompletableFuture.runAsync(() -> pump(execution.stderr(), STDERR), threads);
            int exit = execution.exit().get();
            // All output first: the status is the last thing that is said.
            out.get();
            err.get();
            finish(status(exit));
        } catch (ApiFault fault) {
            finish(fault.status());
        } catch (IOException | ExecutionException e) {
            finish(ApiFault.of(500, "InternalError", "exec: " + e.getMessage()).status());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void feed(OutputStream stdin) {
        try (stdin) {
            for (Buffer part = input.take(); part.length() > 0; part = input.take()) {
                stdin.write(part.getBytes());
                stdin.flush();
            }
        } catch (IOException e) {
            LOG.debug("exec: the command has closed its input", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void pump(InputStream stream, byte channel) {
        byte[] chunk = new byte[CHUNK];
        try {
            for (int read = stream.read(chunk); read >= 0; read = stream.read(chunk)) {
                if (read > 0) {
                    send(Buffer.buffer(read + 1).appendByte(channel).appendBytes(chunk, 0, read));
                }
            }
        } catch (IOException e) {
            LOG.debug("exec: stream {} ended", channel, e);
        }
    }

    private void send(Buffer message) throws IOException {
        Sent.await(socket.writeBinaryMessage(message));
    }

    private void finish(ObjectNode status) {
        try {
            send(
                    Buffer.buffer()
                            .appendByte(ERROR)
                            .appendBytes(
                                    status.toString()
                                            .getBytes(java.nio.charset.StandardCharsets.UTF_8)));
        } catch (IOException e) {
            LOG.debug("exec: the client has gone", e);
        }
        socket.close((short) 1000).onFailure(gone -> LOG.debug("exec: the client has gone", gone));
    }

    private static ObjectNode status(int exit) {
        ObjectNode status = JsonNodeFactory.instance.objectNode();
        status.putObject("metadata");
        if (exit == 0) {
            return status.put("status", "Success");
        }
        status.put("status", "Failure");
        status.put("message", "command terminated with non-zero exit code: exit status " + exit);
        status.put("reason", "NonZeroExitCode");
        status.putObject("details")
                .putArray("causes")
                .addObject()
                .put("reason", "ExitCode")
                .put("message", Integer.toString(exit));
        return status;
    }
}
