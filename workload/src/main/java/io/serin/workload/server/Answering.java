// SPDX-License-Identifier: Apache-2.0
package io.serin.workload.server;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import io.serin.workload.json.Json;
import io.serin.workload.server.Upstream.Reply;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * One answer: {@code {"service":"web","version":"v1","path":"/","pod":"web-0","upstream":{…}}}.
 *
 * <p>A query {@code delay=250} makes it wait so many milliseconds first, {@code status=503} makes
 * it answer so. An upstream's error is this server's error.
 */
final class Answering implements HttpHandler {

    private final ServerSettings settings;
    private final Optional<Upstream> upstream;
    private final AtomicBoolean retiring = new AtomicBoolean();

    Answering(ServerSettings settings, Optional<Upstream> upstream) {
        this.settings = settings;
        this.upstream = upstream;
    }

    void retire() {
        retiring.set(true);
    }

    @Override
    public void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            byte[] body = exchange.getRequestBody().readAllBytes();
            String path = exchange.getRequestURI().getRawPath();
            if (path.equals("/healthz")) {
                send(exchange, 200, "text/plain", "ok\n");
                return;
            }
            Query query = Query.of(exchange.getRequestURI().getRawQuery());
            Thread.sleep(query.delay());
            Json answer =
                    new Json()
                            .text("service", settings.service())
                            .text("version", settings.version())
                            .text("path", path)
                            .text("pod", settings.pod());
            int status = query.status();
            String versions = settings.mark();
            if (upstream.isPresent()) {
                Reply reply =
                        upstream.get()
                                .ask(
                                        exchange.getRequestMethod(),
                                        path,
                                        exchange.getRequestHeaders(),
                                        body);
                answer.raw("upstream", reply.json());
                status = reply.status() >= 400 ? reply.status() : status;
                versions =
                        reply.versions().isEmpty() ? versions : versions + "," + reply.versions();
            }
            exchange.getResponseHeaders().set("x-version", versions);
            send(exchange, status, "application/json", answer + "\n");
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private void send(HttpExchange exchange, int status, String type, String text)
            throws IOException {
        byte[] body = text.getBytes(UTF_8);
        exchange.getResponseHeaders().set("content-type", type);
        if (retiring.get()) {
            exchange.getResponseHeaders().set("connection", "close");
        }
        boolean isBodiless =
                exchange.getRequestMethod().equals("HEAD") || status == 204 || status == 304;
        exchange.sendResponseHeaders(status, isBodiless ? -1 : body.length);
        if (!isBodiless) {
            exchange.getResponseBody().write(body);
        }
    }

    /** What a query may ask for; nonsense asks for nothing. */
    record Query(int delay, int status) {

        static Query of(@Nullable String raw) {
            return new Query(
                    number(raw, "delay", 0, 0, 60_000), number(raw, "status", 200, 200, 599));
        }

        private static int number(
                @Nullable String raw, String name, int otherwise, int least, int most) {
            if (raw == null) {
                return otherwise;
            }
            for (String pair : raw.split("&", -1)) {
                if (pair.startsWith(name + "=")) {
                    try {
                        int number = Integer.parseInt(pair.substring(name.length() + 1));
                        return number >= least && number <= most ? number : otherwise;
                    } catch (NumberFormatException _) {
                        return otherwise;
                    }
                }
            }
            return otherwise;
        }
    }
}
