// SPDX-License-Identifier: Apache-2.0
package io.serin.cli.page;

import static java.util.Objects.requireNonNullElse;

import io.serin.cli.demo.event.DemoEvent;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Two addresses, on the loopback only: {@code /} is the page, {@code /events} what it draws, as
 * server-sent events (HTML standard, section 9.2). Everything happens on its one event loop.
 */
final class PageServer extends VerticleBase {

    private static final String LOOPBACK = "127.0.0.1";
    private static final long HEARTBEAT_MILLIS = 15_000;

    /** Nothing is loaded from anywhere, and nothing may be. */
    private static final String CONTENT_POLICY =
            "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; "
                    + "connect-src 'self'; img-src data:; base-uri 'none'; frame-ancestors 'none'";

    private final int port;
    private final String page;
    private final Journal journal;
    private final Supplier<Duration> sinceBeginning;
    private final Set<Reader> readers = new LinkedHashSet<>();
    private @Nullable HttpServer server;

    PageServer(int port, String page, Journal journal, Supplier<Duration> sinceBeginning) {
        this.port = port;
        this.page = page;
        this.journal = journal;
        this.sinceBeginning = sinceBeginning;
    }

    @Override
    public Future<?> start() {
        vertx.setPeriodic(HEARTBEAT_MILLIS, _ -> readers.forEach(Reader::beat));
        return vertx.createHttpServer(new HttpServerOptions().setHost(LOOPBACK).setPort(port))
                .requestHandler(this::handle)
                .listen()
                .onSuccess(listening -> server = listening);
    }

    /**
     * Ends the streams after what was told, so that browsers have it all, and don't call it a
     * failure. From any thread.
     */
    Future<?> endStreams() {
        Promise<Void> ended = Promise.promise();
        context.runOnContext(_ ->
                Future.join(readers.stream().map(Reader::end).toList())
                        .<Void>mapEmpty()
                        .onComplete(ended));
        return ended.future();
    }

    /** The port it listens at, once it is deployed; from any thread. */
    int port() {
        return server == null ? port : server.actualPort();
    }

    /** From any thread; told in the order of the calls. */
    void tell(DemoEvent event) {
        Duration at = sinceBeginning.get();
        context.runOnContext(_ -> {
            if (journal.add(event, at)) {
                readers.forEach(Reader::push);
            }
        });
    }

    private void handle(HttpServerRequest request) {
        boolean get = request.method().equals(HttpMethod.GET);
        if (!get && !request.method().equals(HttpMethod.HEAD)) {
            text(
                    request.response().setStatusCode(405).putHeader("allow", "GET, HEAD"),
                    "read only");
            return;
        }
        switch (requireNonNullElse(request.path(), "")) {
            case "/" ->
                    request.response()
                            .putHeader("content-type", "text/html; charset=utf-8")
                            .putHeader("cache-control", "no-cache")
                            .putHeader("content-security-policy", CONTENT_POLICY)
                            .putHeader("x-content-type-options", "nosniff")
                            .end(page);
            case "/events" -> events(request);
            default -> text(request.response().setStatusCode(404), "there are / and /events");
        }
    }

    private static void text(HttpServerResponse response, String text) {
        response.putHeader("content-type", "text/plain; charset=utf-8").end(text + "\n");
    }

    private void events(HttpServerRequest request) {
        HttpServerResponse response = request.response();
        response.putHeader("content-type", "text/event-stream")
                .putHeader("cache-control", "no-store")
                .setChunked(true);
        if (request.method().equals(HttpMethod.HEAD)) {
            response.end();
            return;
        }
        String last = requireNonNullElse(request.getHeader("last-event-id"), "");
        Reader reader = new Reader(response, journal.numberOf(last));
        readers.add(reader);
        response.closeHandler(_ -> readers.remove(reader));
        response.exceptionHandler(_ -> readers.remove(reader));
        reader.greet();
        reader.push();
    }

    /** A browser that follows: how far it was told. One that is slow is told later, not more. */
    private final class Reader {

        private final HttpServerResponse response;
        private long told;

        Reader(HttpServerResponse response, long told) {
            this.response = response;
            this.told = told;
        }

        /**
         * The retry after a second is for a demo that is started again, with the page still open.
         */
        void greet() {
            response.write("retry: 1000\nevent: hello\ndata: {\"resumed\":" + (told > 0) + "}\n\n");
        }

        void push() {
            if (response.writeQueueFull()) {
                response.drainHandler(_ -> push());
                return;
            }
            String news = String.join("", journal.after(told));
            told = journal.latest();
            if (!news.isEmpty()) {
                response.write(news);
            }
        }

        Future<Void> end() {
            return response.end();
        }

        /** Finds out who has gone without a word. */
        void beat() {
            if (!response.writeQueueFull()) {
                response.write(":\n\n");
            }
        }
    }
}
