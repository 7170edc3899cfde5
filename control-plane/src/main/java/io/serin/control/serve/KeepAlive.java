// SPDX-License-Identifier: Apache-2.0
package io.serin.control.serve;

import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServerOptions;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * Finds out peers that vanished: a node that lost its power says no goodbye. Each connection is
 * asked something now and then (HTTP/2 PING); one from which nothing is read, not even the answer,
 * is closed. So are connections that never say anything.
 *
 * @param interval between two questions
 * @param patience how long nothing may come; more than the interval
 */
record KeepAlive(Duration interval, Duration patience) {

    KeepAlive {
        if (patience.compareTo(interval) <= 0) {
            throw new IllegalArgumentException(
                    "patience: " + patience + " (expected: more than " + interval + ")");
        }
    }

    static final KeepAlive DEFAULT = new KeepAlive(Duration.ofSeconds(15), Duration.ofSeconds(40));

    HttpServerOptions apply(HttpServerOptions options) {
        return options.setReadIdleTimeout((int) patience.toMillis())
                .setIdleTimeoutUnit(TimeUnit.MILLISECONDS);
    }

    Handler<HttpConnection> asker(Vertx vertx) {
        return connection -> {
            long timer = vertx.setPeriodic(interval.toMillis(), _ -> ask(connection));
            connection.closeHandler(_ -> vertx.cancelTimer(timer));
        };
    }

    private static void ask(HttpConnection connection) {
        try {
            connection.ping(Buffer.buffer(new byte[8]));
        } catch (UnsupportedOperationException e) {
            // HTTP/1.x: got its refusal, and has no business here.
            connection.close();
        }
    }
}
