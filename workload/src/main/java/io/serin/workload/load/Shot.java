// SPDX-License-Identifier: Apache-2.0
package io.serin.workload.load;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.net.SocketTimeoutException;

/** Sends one request, once, and tells the tally how it ended. */
final class Shot {

    private final LoadSettings settings;
    private final Connections connections;
    private final Tally tally;
    private final byte[] get;
    private final byte[] post;

    Shot(LoadSettings settings, Connections connections, Tally tally) {
        this.settings = settings;
        this.connections = connections;
        this.tally = tally;
        this.get = head("GET", "");
        this.post = head("POST", "content-length: 2\r\n\r\n{}");
    }

    /**
     * Runs to the end of the exchange.
     *
     * @param number the request's number
     * @param due when it should have been sent, on the clock of {@link System#nanoTime()}
     */
    void fire(long number, long due) {
        boolean isPost = settings.isPost(number);
        String method = isPost ? "POST" : "GET";
        long deadline = due + settings.timeout().toNanos();
        try {
            Connection connection = connections.take(deadline);
            Answer answer = exchange(connection, isPost ? post : get, deadline);
            long nanos = System.nanoTime() - due;
            if (answer.isSuccess()) {
                tally.succeeded(nanos, answer.lastVersion());
            } else {
                tally.failed(nanos, method + " " + answer.excerpt());
            }
        } catch (SocketTimeoutException _) {
            tally.failed(
                    System.nanoTime() - due,
                    method + " no answer within " + settings.timeout().toSeconds() + " s");
        } catch (IOException | RuntimeException e) {
            // Whatever it was, this request has no answer: it must be counted.
            tally.failed(System.nanoTime() - due, method + " " + e);
        }
    }

    private Answer exchange(Connection connection, byte[] request, long deadline)
            throws IOException {
        try {
            Answer answer = connection.exchange(request, deadline);
            if (answer.isReusable()) {
                connections.giveBack(connection);
            } else {
                connection.close();
            }
            return answer;
        } catch (IOException | RuntimeException e) {
            connection.close();
            throw e;
        }
    }

    private byte[] head(String method, String tail) {
        return """
        %s %s HTTP/1.1\r
        host: %s\r
        user-agent: serin-load\r
        %s\
        """
                .formatted(
                        method,
                        settings.target(),
                        settings.url().getAuthority(),
                        tail.isEmpty() ? "\r\n" : tail)
                .getBytes(US_ASCII);
    }
}
