// SPDX-License-Identifier: Apache-2.0
package io.serin.local.serve;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.serin.local.resource.Faults;
import io.serin.local.resource.Kind;
import io.serin.local.store.Snapshot;
import io.serin.local.store.Store;
import io.serin.local.store.TooOld;
import io.serin.local.verb.Verbs;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/** Answers lists, in pages where a limit is asked for: all pages show one version. */
final class Listing {

    private final Store store;

    Listing(Store store) {
        this.store = store;
    }

    /** A page, and how to go on. */
    private record Page(long version, List<ObjectNode> objects, String next, int remaining) {}

    /** Where a page ended. */
    private record Mark(long version, String namespace, String name) {

        String write() {
            ObjectNode mark = JsonNodeFactory.instance.objectNode();
            mark.put("rv", version).put("ns", namespace).put("name", name);
            return Base64.getUrlEncoder()
                    .withoutPadding()
                    .encodeToString(
                            mark.toString().getBytes(java.nio.charset.StandardCharsets.UTF_8));
        }

        static Mark read(String token) {
            try {
                JsonNode mark = Exchange.JSON.readTree(Base64.getUrlDecoder().decode(token));
                return new Mark(
                        mark.path("rv").asLong(),
                        mark.path("ns").asText(),
                        mark.path("name").asText());
            } catch (IOException | IllegalArgumentException e) {
                throw Faults.badRequest("continue key is not valid: " + token);
            }
        }

        boolean isBefore(ObjectNode object) {
            JsonNode metadata = object.path("metadata");
            int byNamespace = metadata.path("namespace").asText("").compareTo(namespace);
            return byNamespace > 0
                    || (byNamespace == 0 && metadata.path("name").asText().compareTo(name) > 0);
        }
    }

    void answer(Exchange exchange, Kind kind, Selection selection) {
        Page page = page(exchange, kind, selection);
        ObjectNode metadata = JsonNodeFactory.instance.objectNode();
        metadata.put("resourceVersion", Long.toString(page.version()));
        if (!page.next().isEmpty()) {
            metadata.put("continue", page.next());
            if (selection.labels().isEverything()) {
                metadata.put("remainingItemCount", page.remaining());
            }
        }
        TableFormat format = TableFormat.of(exchange);
        if (format.isTable()) {
            ObjectNode table = format.table(kind, page.objects(), true);
            table.set("metadata", metadata);
            exchange.answer(200, table);
            return;
        }
        ObjectNode list = JsonNodeFactory.instance.objectNode();
        list.put("kind", kind.resource().kind() + "List");
        list.put("apiVersion", kind.resource().apiVersion());
        list.set("metadata", metadata);
        ArrayNode items = list.putArray("items");
        for (ObjectNode object : page.objects()) {
            items.add(kind.isCustom() ? object : anonymous(object));
        }
        exchange.answer(200, list);
    }

    /** In a list, built-in objects don't say what they are. */
    private static ObjectNode anonymous(ObjectNode object) {
        ObjectNode copy = JsonNodeFactory.instance.objectNode();
        object.properties().stream()
                .filter(field ->
                        !field.getKey().equals("kind") && !field.getKey().equals("apiVersion"))
                .forEach(field -> copy.set(field.getKey(), field.getValue()));
        return copy;
    }

    private Page page(Exchange exchange, Kind kind, Selection selection) {
        int limit = number(exchange, "limit");
        String token = exchange.parameter("continue").orElse("");
        Snapshot snapshot = snapshot(exchange, kind, selection, token);
        List<ObjectNode> objects = new ArrayList<>();
        for (ObjectNode object : snapshot.objects()) {
            if (selection.matches(object)) {
                objects.add(Verbs.inVersion(kind, object));
            }
        }
        if (!token.isEmpty()) {
            Mark mark = Mark.read(token);
            objects.removeIf(object -> !mark.isBefore(object));
        }
        if (limit == 0 || objects.size() <= limit) {
            return new Page(snapshot.version(), objects, "", 0);
        }
        JsonNode last = objects.get(limit - 1).path("metadata");
        Mark next =
                new Mark(
                        snapshot.version(),
                        last.path("namespace").asText(""),
                        last.path("name").asText());
        return new Page(
                snapshot.version(),
                List.copyOf(objects.subList(0, limit)),
                next.write(),
                objects.size() - limit);
    }

    private Snapshot snapshot(Exchange exchange, Kind kind, Selection selection, String token) {
        String match = exchange.parameter("resourceVersionMatch").orElse("");
        try {
            if (!token.isEmpty()) {
                return store.listAt(
                        kind.collection(), selection.namespace(), Mark.read(token).version());
            }
            if (match.equals("Exact")) {
                return store.listAt(
                        kind.collection(),
                        selection.namespace(),
                        Versions.parse(exchange.parameter("resourceVersion").orElse("0")));
            }
            return store.list(kind.collection(), selection.namespace());
        } catch (TooOld e) {
            throw Faults.expired(
                    token.isEmpty()
                            ? e.getMessage()
                            : "The provided continue parameter is too old to display a consistent"
                                    + " list result. You can start a new list without the continue"
                                    + " parameter.");
        }
    }

    private static int number(Exchange exchange, String name) {
        String text = exchange.parameter(name).orElse("0");
        try {
            return Integer.parseInt(text);
        } catch (NumberFormatException e) {
            throw Faults.badRequest(name + ": " + text + " (expected: a number)");
        }
    }
}
