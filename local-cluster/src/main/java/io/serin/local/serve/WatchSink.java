// SPDX-License-Identifier: Apache-2.0
package io.serin.local.serve;

import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.ServerWebSocket;
import java.nio.charset.StandardCharsets;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Where a watch's events go: lines of a response, or messages of a WebSocket. On its loop. */
sealed interface WatchSink {

    Logger LOG = LoggerFactory.getLogger(WatchSink.class);

    /** Begins; afterwards calls back once, when the other side has gone or it was ended. */
    void begin(Runnable closed);

    /** One event. Completes when it is on its way. */
    Future<Void> write(byte[] event);

    void end();

    record Lines(HttpServerResponse response) implements WatchSink {

        @Override
        public void begin(Runnable closed) {
            response.setStatusCode(200);
            response.setChunked(true);
            response.putHeader("Content-Type", "application/json");
            response.putHeader("Cache-Control", "no-cache, private");
            response.closeHandler(gone -> closed.run());
            response.exceptionHandler(gone -> closed.run());
            response.endHandler(over -> closed.run());
            response.writeHead().onFailure(gone -> closed.run());
        }

        @Override
        public Future<Void> write(byte[] event) {
            return response.write(Buffer.buffer(event).appendByte((byte) '\n'));
        }

        @Override
        public void end() {
            if (!response.ended() && !response.closed()) {
                response.end().onFailure(gone -> LOG.debug("a watch's client has gone", gone));
            }
        }
    }

    record Messages(ServerWebSocket socket) implements WatchSink {

        @Override
        public void begin(Runnable closed) {
            socket.closeHandler(gone -> closed.run());
            socket.exceptionHandler(gone -> closed.run());
        }

        @Override
        public Future<Void> write(byte[] event) {
            return socket.writeTextMessage(new String(event, StandardCharsets.UTF_8));
        }

        @Override
        public void end() {
            socket.close().onFailure(gone -> LOG.debug("a watch's client has gone", gone));
        }
    }
}
