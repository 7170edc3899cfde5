// SPDX-License-Identifier: Apache-2.0
package io.serin.local.serve;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.serin.local.api.WatchEvent;
import io.serin.local.resource.Faults;
import io.serin.local.resource.Kind;
import io.serin.local.store.Change;
import io.serin.local.store.Store;
import io.serin.local.store.TooOld;
import io.serin.local.verb.Verbs;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One watch over HTTP: an event in JSON for each change. Owned by the connection's event loop, but
 * for {@link #changed}, which the store calls.
 */
final class WatchStream {

    private static final Logger LOG = LoggerFactory.getLogger(WatchStream.class);
    private static final long BOOKMARK_MILLIS = TimeUnit.SECONDS.toMillis(30);
    // As in Kubernetes: before the end, so that the next watch begins there.
    private static final long LAST_BOOKMARK_MILLIS = TimeUnit.SECONDS.toMillis(2);
    private static final int DEFAULT_SECONDS = 1800;
    // A client that doesn't read: it may list again.
    private static final int MOST_WAITING = 64 << 20;

    private final Vertx vertx;
    private final Context context;
    private final WatchSink sink;
    private final Kind kind;
    private final Selection selection;
    private final TableFormat format;
    private final boolean bookmarks;
    private final boolean initialEvents;
    private boolean first = true;
    private long version;
    private boolean closed;
    private Optional<AutoCloseable> subscription = Optional.empty();
    private long waiting;
    private long[] timers = {};

    private WatchStream(
            Exchange exchange, WatchSink sink, Vertx vertx, Kind kind, Selection selection) {
        this.vertx = vertx;
        this.context = exchange.context();
        this.sink = sink;
        this.kind = kind;
        this.selection = selection;
        this.format = TableFormat.of(exchange);
        this.bookmarks = exchange.flag("allowWatchBookmarks");
        this.initialEvents = exchange.flag("sendInitialEvents");
    }

    /** Opens one; what is wrong with the request is a fault before anything is sent. */
    static void open(
            Exchange exchange,
            WatchSink sink,
            Vertx vertx,
            Store store,
            Kind kind,
            Selection selection) {
        String stated = exchange.parameter("resourceVersion").orElse("");
        long from = stated.isEmpty() ? 0 : Versions.parse(stated);
        int seconds =
                exchange.parameter("timeoutSeconds")
                        .map(WatchStream::seconds)
                        .filter(given -> given > 0)
                        .orElseGet(() ->
                                DEFAULT_SECONDS
                                        + ThreadLocalRandom.current().nextInt(DEFAULT_SECONDS));
        WatchStream stream = new WatchStream(exchange, sink, vertx, kind, selection);
        stream.context.runOnContext(run -> stream.begin(store, from, seconds));
    }

    private static int seconds(String text) {
        try {
            return Integer.parseInt(text);
        } catch (NumberFormatException e) {
            throw Faults.badRequest("timeoutSeconds: " + text + " (expected: a number)");
        }
    }

    private void begin(Store store, long from, int seconds) {
        sink.begin(this::close);
        try {
            subscription =
                    Optional.of(
                            initialEvents || from == 0
                                    ? store.watch(kind.collection(), this::changed, this::synced)
                                    : store.watchFrom(kind.collection(), from, this::changed));
            version = Math.max(version, from);
        } catch (TooOld e) {
            write("ERROR", Faults.expired(e.getMessage()).status());
            finish();
            return;
        }
        long end = vertx.setTimer(TimeUnit.SECONDS.toMillis(seconds), over -> onLoop(this::finish));
        long ticks = vertx.setPeriodic(BOOKMARK_MILLIS, tick -> onLoop(this::bookmark));
        long last = Math.max(1, TimeUnit.SECONDS.toMillis(seconds) - LAST_BOOKMARK_MILLIS);
        timers = new long[] {end, ticks, vertx.setTimer(last, due -> onLoop(this::bookmark))};
    }

    /** On the store's thread. */
    private void changed(Change change) {
        boolean is = selection.matches(change.object());
        boolean was = change.previous().map(selection::matches).orElse(false);
        Optional<String> type =
                switch (change.type()) {
                    case ADDED -> is ? Optional.of("ADDED") : Optional.empty();
                    case MODIFIED ->
                            is
                                    ? Optional.of(was ? "MODIFIED" : "ADDED")
                                    : was ? Optional.of("DELETED") : Optional.empty();
                    case DELETED -> was || is ? Optional.of("DELETED") : Optional.empty();
                };
        ObjectNode object =
                Verbs.inVersion(
                        kind,
                        change.type() == WatchEvent.Type.MODIFIED && was && !is
                                ? left(change)
                                : change.object());
        onLoop(() -> {
            version = Math.max(version, change.version());
            type.ifPresent(known -> write(known, object));
        });
    }

    /** What was last seen of one that doesn't match any more, at the version when it stopped. */
    private static ObjectNode left(Change change) {
        ObjectNode last = change.previous().orElseThrow().deepCopy();
        last.withObjectProperty("metadata").put("resourceVersion", Long.toString(change.version()));
        return last;
    }

    private void synced(long now) {
        onLoop(() -> {
            version = Math.max(version, now);
            if (initialEvents) {
                ObjectNode mark = mark();
                mark.withObjectProperty("metadata")
                        .putObject("annotations")
                        .put("k8s.io/initial-events-end", "true");
                write("BOOKMARK", mark);
            }
        });
    }

    private void bookmark() {
        if (bookmarks && version > 0) {
            write("BOOKMARK", mark());
        }
    }

    private ObjectNode mark() {
        ObjectNode mark = JsonNodeFactory.instance.objectNode();
        mark.put("kind", kind.resource().kind());
        mark.put("apiVersion", kind.resource().apiVersion());
        mark.putObject("metadata").put("resourceVersion", Long.toString(version));
        return mark;
    }

    private void write(String type, ObjectNode object) {
        if (closed) {
            return;
        }
        ObjectNode shown = object;
        if (format.isTable() && !type.equals("ERROR") && !type.equals("BOOKMARK")) {
            shown = format.table(kind, java.util.List.of(object), first);
            first = false;
        }
        ObjectNode event = JsonNodeFactory.instance.objectNode();
        event.put("type", type);
        event.set("object", shown);
        byte[] line;
        try {
            line = Exchange.JSON.writeValueAsBytes(event);
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException(impossible);
        }
        waiting += line.length;
        if (waiting > MOST_WAITING) {
            LOG.warn("watch kind={} closed: its client does not read", kind.resource().kind());
            finish();
            return;
        }
        int length = line.length;
        sink.write(line).onComplete(written -> waiting -= length);
    }

    private void onLoop(Runnable action) {
        context.runOnContext(run -> action.run());
    }

    private void finish() {
        if (!closed) {
            close();
            sink.end();
        }
    }

    private void close() {
        if (closed) {
            return;
        }
        closed = true;
        for (long timer : timers) {
            vertx.cancelTimer(timer);
        }
        subscription.ifPresent(open -> {
            try {
                open.close();
            } catch (Exception e) {
                throw new IllegalStateException("closing a subscription can't fail", e);
            }
        });
    }
}
