// SPDX-License-Identifier: Apache-2.0
package io.serin.local.serve;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.serin.local.api.DeleteOptions;
import io.serin.local.api.DeleteOptions.Propagation;
import io.serin.local.api.Resources;
import io.serin.local.resource.Faults;
import io.serin.local.resource.Kind;
import io.serin.local.store.Store;
import io.serin.local.verb.Call;
import io.serin.local.verb.Endings;
import io.serin.local.verb.Verbs;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The verbs on objects and collections, over HTTP. */
final class ResourceRequests {

    private static final Logger LOG = LoggerFactory.getLogger(ResourceRequests.class);

    private final Vertx vertx;
    private final Store store;
    private final Verbs verbs;
    private final Endings endings;
    private final Patches patches;
    private final Listing listing;

    ResourceRequests(Vertx vertx, Store store, Verbs verbs, Endings endings, Patches patches) {
        this.vertx = vertx;
        this.store = store;
        this.verbs = verbs;
        this.endings = endings;
        this.patches = patches;
        this.listing = new Listing(store);
    }

    void answer(Exchange exchange, Kind kind, RequestPath path) {
        if (path.name().isEmpty()) {
            collection(exchange, kind, path);
        } else {
            object(exchange, kind, path);
        }
    }

    private static WatchSink lines(Exchange exchange) {
        return new WatchSink.Lines(exchange.request().response());
    }

    /** A watch over a WebSocket, as the Java client does it. On the connection's event loop. */
    void watch(Exchange exchange, Kind kind, RequestPath path) {
        Selection selection = Selection.of(exchange, kind, path);
        exchange.request()
                .toWebSocket()
                .onSuccess(socket -> {
                    WatchSink sink = new WatchSink.Messages(socket);
                    WatchStream.open(exchange, sink, vertx, store, kind, selection);
                })
                .onFailure(e -> LOG.debug("a watch could not be opened", e));
    }

    private void collection(Exchange exchange, Kind kind, RequestPath path) {
        switch (exchange.method()) {
            case "GET" -> {
                Selection selection = Selection.of(exchange, kind, path);
                if (exchange.flag("watch")) {
                    WatchStream.open(exchange, lines(exchange), vertx, store, kind, selection);
                } else {
                    listing.answer(exchange, kind, selection);
                }
            }
            case "POST" -> {
                if (kind.resource().namespaced() && path.namespace().isEmpty()) {
                    throw Faults.methodNotAllowed();
                }
                Call call = exchange.call();
                ObjectNode created =
                        verbs.create(kind, path.namespace(), exchange.object(), false, call);
                show(exchange, 201, kind, created, call);
            }
            case "DELETE" -> deleteAll(exchange, kind, path);
            default -> throw Faults.methodNotAllowed();
        }
    }

    private void object(Exchange exchange, Kind kind, RequestPath path) {
        switch (exchange.method()) {
            case "GET" -> {
                if (exchange.flag("watch")) {
                    WatchStream.open(
                            exchange,
                            lines(exchange),
                            vertx,
                            store,
                            kind,
                            Selection.of(exchange, kind, path));
                    return;
                }
                ObjectNode found =
                        verbs.get(kind, path.namespace(), path.name())
                                .orElseThrow(() -> Faults.notFound(kind, path.name()));
                show(exchange, 200, kind, found, exchange.call());
            }
            case "PUT" -> {
                Call call = exchange.call();
                ObjectNode body = exchange.object();
                ObjectNode updated =
                        verbs.update(
                                kind,
                                path.namespace(),
                                path.name(),
                                path.subresource(),
                                new Verbs.Edit(live -> body.deepCopy(), false),
                                call);
                show(exchange, 200, kind, updated, call);
            }
            case "PATCH" -> {
                Call call = exchange.call();
                Patches.Patched patched = patches.patch(exchange, kind, path, call);
                show(exchange, patched.created() ? 201 : 200, kind, patched.object(), call);
            }
            case "DELETE" -> {
                if (!path.subresource().isEmpty()) {
                    throw Faults.methodNotAllowed();
                }
                Options options = Options.of(exchange, kind);
                Call call = options.call(exchange);
                Endings.Ended ended =
                        endings.delete(
                                kind,
                                path.namespace(),
                                path.name(),
                                options.options(),
                                options.preconditions(),
                                call);
                boolean shown = !ended.gone() || kind.is(Resources.PODS);
                exchange.answer(
                        200,
                        shown ? Verbs.inVersion(kind, ended.object()) : success(kind, ended),
                        call);
            }
            default -> throw Faults.methodNotAllowed();
        }
    }

    private void deleteAll(Exchange exchange, Kind kind, RequestPath path) {
        Options options = Options.of(exchange, kind);
        Call call = options.call(exchange);
        Selection selection = Selection.of(exchange, kind, path);
        List<ObjectNode> ended = new ArrayList<>();
        for (ObjectNode object : store.list(kind.collection(), path.namespace()).objects()) {
            if (selection.matches(object)) {
                JsonNode metadata = object.path("metadata");
                try {
                    ended.add(
                            endings.delete(
                                            kind,
                                            metadata.path("namespace").asText(""),
                                            metadata.path("name").asText(),
                                            options.options(),
                                            options.preconditions(),
                                            call)
                                    .object());
                } catch (io.serin.local.api.ApiFault fault) {
                    if (fault.code() != 404) {
                        throw fault;
                    }
                }
            }
        }
        ObjectNode list = JsonNodeFactory.instance.objectNode();
        list.put("kind", kind.resource().kind() + "List");
        list.put("apiVersion", kind.resource().apiVersion());
        list.putObject("metadata").put("resourceVersion", Long.toString(store.version()));
        list.putArray("items").addAll(ended);
        exchange.answer(200, list, call);
    }

    static void show(Exchange exchange, int code, Kind kind, ObjectNode object, Call call) {
        TableFormat format = TableFormat.of(exchange);
        ObjectNode shown = format.isTable() ? format.table(kind, List.of(object), true) : object;
        exchange.answer(code, shown, call);
    }

    private static ObjectNode success(Kind kind, Endings.Ended ended) {
        ObjectNode status = JsonNodeFactory.instance.objectNode();
        status.put("kind", "Status").put("apiVersion", "v1");
        status.putObject("metadata");
        status.put("status", "Success");
        ObjectNode details = status.putObject("details");
        JsonNode metadata = ended.object().path("metadata");
        details.put("name", metadata.path("name").asText());
        if (!kind.resource().group().isEmpty()) {
            details.put("group", kind.resource().group());
        }
        details.put("kind", kind.resource().plural());
        details.put("uid", metadata.path("uid").asText());
        return status;
    }

    /** Of a deletion: from the body, or from the query where there is none. */
    record Options(DeleteOptions options, Endings.Preconditions preconditions, boolean dryRun) {

        static Options of(Exchange exchange, Kind kind) {
            JsonNode body =
                    exchange.hasBody() ? exchange.object() : JsonNodeFactory.instance.objectNode();
            return of(exchange, kind, body);
        }

        static Options of(Exchange exchange, Kind kind, JsonNode body) {
            Optional<Integer> grace =
                    body.has("gracePeriodSeconds")
                            ? Optional.of(body.path("gracePeriodSeconds").asInt())
                            : exchange.parameter("gracePeriodSeconds").map(Options::seconds);
            if (grace.filter(seconds -> seconds < 0).isPresent()) {
                // A negative one has meant "at once" since it was first allowed.
                grace = Optional.of(1);
            }
            String policy =
                    body.path("propagationPolicy")
                            .asText(exchange.parameter("propagationPolicy").orElse(""));
            boolean orphan = body.path("orphanDependents").asBoolean(false);
            Propagation propagation =
                    switch (policy) {
                        case "" -> orphan ? Propagation.ORPHAN : Propagation.BACKGROUND;
                        case "Background" -> Propagation.BACKGROUND;
                        case "Foreground" -> Propagation.FOREGROUND;
                        case "Orphan" -> Propagation.ORPHAN;
                        default ->
                                throw Faults.invalid(
                                        kind,
                                        "",
                                        List.of(
                                                Faults.Cause.unsupported(
                                                        "propagationPolicy",
                                                        policy,
                                                        List.of(
                                                                "Foreground",
                                                                "Background",
                                                                "Orphan"))));
                    };
            JsonNode preconditions = body.path("preconditions");
            return new Options(
                    new DeleteOptions(grace, propagation),
                    new Endings.Preconditions(
                            preconditions.path("uid").asText(""),
                            preconditions.path("resourceVersion").asText("")),
                    body.path("dryRun").path(0).asText("").equals("All"));
        }

        Call call(Exchange exchange) {
            Call call = exchange.call();
            return dryRun ? call.dry() : call;
        }

        private static int seconds(String text) {
            try {
                return Integer.parseInt(text);
            } catch (NumberFormatException e) {
                throw Faults.badRequest("gracePeriodSeconds: " + text + " (expected: a number)");
            }
        }
    }
}
