// SPDX-License-Identifier: Apache-2.0
package io.serin.local.patch;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.serin.local.resource.Shape;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Kubernetes' strategic merge patch: as a merge patch, but lists whose items have a key merge item
 * by item. Directives: {@code $patch: replace|delete|merge}, {@code $retainKeys}, {@code
 * $deleteFromPrimitiveList/FIELD}, {@code $setElementOrder/FIELD}.
 */
public final class StrategicMerge {

    private static final String DIRECTIVE = "$patch";
    private static final String RETAIN_KEYS = "$retainKeys";
    private static final String DELETE_PRIMITIVES = "$deleteFromPrimitiveList/";
    private static final String ORDER = "$setElementOrder/";

    private StrategicMerge() {}

    /**
     * The target with the patch over it; neither is changed.
     *
     * @throws IllegalArgumentException when a directive makes no sense
     */
    public static ObjectNode apply(Shape shape, ObjectNode target, ObjectNode patch) {
        ObjectNode result = target.deepCopy();
        merge(shape, result, patch);
        return result;
    }

    private static void merge(Shape shape, ObjectNode target, ObjectNode patch) {
        String directive = patch.path(DIRECTIVE).asText("merge");
        switch (directive) {
            case "merge" -> {}
            case "replace" -> {
                target.removeAll();
                patch.properties().stream()
                        .filter(field -> !field.getKey().startsWith("$"))
                        .forEach(field -> target.set(field.getKey(), clean(field.getValue())));
                return;
            }
            case "delete" -> {
                target.removeAll();
                return;
            }
            default ->
                    throw new IllegalArgumentException(
                            "$patch: " + directive + " (expected: merge, replace or delete)");
        }
        if (patch.has(RETAIN_KEYS)) {
            Set<String> stay = new HashSet<>();
            patch.get(RETAIN_KEYS).forEach(key -> stay.add(key.asText()));
            target.retain(stay);
        }
        for (Map.Entry<String, JsonNode> change : patch.properties()) {
            String field = change.getKey();
            if (field.startsWith(DELETE_PRIMITIVES)) {
                deletePrimitives(target, field.substring(DELETE_PRIMITIVES.length()), change);
            } else if (!field.startsWith("$")) {
                field(shape.at(field), target, field, change.getValue());
            }
        }
        for (Map.Entry<String, JsonNode> order : patch.properties()) {
            if (order.getKey().startsWith(ORDER)) {
                String field = order.getKey().substring(ORDER.length());
                if (target.get(field) instanceof ArrayNode list
                        && shape.at(field) instanceof Shape.ListOf of
                        && of.patchKey().isPresent()) {
                    target.set(field, inOrder(list, order.getValue(), of.patchKey().get()));
                }
            }
        }
    }

    private static void field(Shape shape, ObjectNode target, String field, JsonNode change) {
        if (change.isNull()) {
            target.remove(field);
        } else if (change instanceof ObjectNode object) {
            if (object.path(DIRECTIVE).asText().equals("delete") && object.size() == 1) {
                target.remove(field);
            } else if (target.get(field) instanceof ObjectNode present) {
                merge(shape, present, object);
            } else {
                ObjectNode fresh = JsonNodeFactory.instance.objectNode();
                merge(shape, fresh, object);
                target.set(field, fresh);
            }
        } else if (change instanceof ArrayNode list
                && shape instanceof Shape.ListOf of
                && of.patchKey().isPresent()) {
            ArrayNode present =
                    target.get(field) instanceof ArrayNode held
                            ? held
                            : JsonNodeFactory.instance.arrayNode();
            target.set(field, list(of, of.patchKey().get(), present, list));
        } else {
            target.set(field, clean(change));
        }
    }

    private static ArrayNode list(
            Shape.ListOf shape, String key, ArrayNode present, ArrayNode patch) {
        ArrayNode result = JsonNodeFactory.instance.arrayNode();
        if (key.equals(".")) {
            result.addAll(present);
            for (JsonNode value : patch) {
                if (!contains(result, value)) {
                    result.add(value);
                }
            }
            return result;
        }
        boolean replace = false;
        List<ObjectNode> changes = new ArrayList<>();
        for (JsonNode item : patch) {
            if (!(item instanceof ObjectNode object)) {
                throw new IllegalArgumentException("an item is not an object: " + item);
            }
            if (object.path(DIRECTIVE).asText().equals("replace") && object.size() == 1) {
                replace = true;
            } else {
                changes.add(object);
            }
        }
        if (!replace) {
            result.addAll(present);
        }
        for (ObjectNode change : changes) {
            JsonNode id = change.get(key);
            if (id == null) {
                throw new IllegalArgumentException(
                        "map: " + change + " does not contain declared merge key: " + key);
            }
            Optional<Integer> at = indexOf(result, key, id);
            if (change.path(DIRECTIVE).asText().equals("delete")) {
                for (Iterator<JsonNode> items = result.iterator(); items.hasNext(); ) {
                    if (items.next().path(key).equals(id)) {
                        items.remove();
                    }
                }
            } else if (at.isPresent()) {
                ObjectNode merged = (ObjectNode) result.get(at.get()).deepCopy();
                merge(shape.item(), merged, change);
                result.set(at.get(), merged);
            } else {
                ObjectNode fresh = JsonNodeFactory.instance.objectNode();
                merge(shape.item(), fresh, change);
                result.add(fresh);
            }
        }
        return result;
    }

    /**
     * What the patch names in its order; what only the target has stays behind the one it stood
     * behind.
     */
    private static ArrayNode inOrder(ArrayNode list, JsonNode order, String key) {
        List<JsonNode> ordered = new ArrayList<>();
        List<JsonNode> named = new ArrayList<>();
        for (JsonNode wanted : order) {
            JsonNode id = key.equals(".") ? wanted : wanted.path(key);
            for (JsonNode item : list) {
                if ((key.equals(".") ? item : item.path(key)).equals(id)) {
                    named.add(item);
                    break;
                }
            }
        }
        int next = 0;
        for (JsonNode item : list) {
            if (!named.contains(item)) {
                ordered.add(item);
            } else {
                ordered.add(named.get(next++));
            }
        }
        ArrayNode result = JsonNodeFactory.instance.arrayNode();
        result.addAll(ordered);
        return result;
    }

    private static void deletePrimitives(
            ObjectNode target, String field, Map.Entry<String, JsonNode> change) {
        if (target.get(field) instanceof ArrayNode list) {
            for (Iterator<JsonNode> values = list.iterator(); values.hasNext(); ) {
                if (contains(change.getValue(), values.next())) {
                    values.remove();
                }
            }
        }
    }

    private static Optional<Integer> indexOf(ArrayNode list, String key, JsonNode id) {
        for (int i = 0; i < list.size(); i++) {
            if (list.get(i).path(key).equals(id)) {
                return Optional.of(i);
            }
        }
        return Optional.empty();
    }

    private static boolean contains(JsonNode list, JsonNode value) {
        for (JsonNode item : list) {
            if (item.equals(value)) {
                return true;
            }
        }
        return false;
    }

    /** Without nulls and directives, as something that is not merged into anything is taken. */
    private static JsonNode clean(JsonNode value) {
        if (value instanceof ObjectNode object) {
            ObjectNode copy = JsonNodeFactory.instance.objectNode();
            object.properties().stream()
                    .filter(field -> !field.getValue().isNull() && !field.getKey().startsWith("$"))
                    .forEach(field -> copy.set(field.getKey(), clean(field.getValue())));
            return copy;
        }
        if (value instanceof ArrayNode list) {
            ArrayNode copy = JsonNodeFactory.instance.arrayNode();
            list.forEach(item -> copy.add(clean(item)));
            return copy;
        }
        return value;
    }
}
