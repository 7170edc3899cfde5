// SPDX-License-Identifier: Apache-2.0
package io.serin.local.patch;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.serin.local.resource.Shape;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What an apply does to an object: puts over it what is wanted, takes out what no longer is. */
final class Merging {

    private Merging() {}

    /** The live object with the applied one over it; neither is changed. */
    static JsonNode merge(Shape shape, JsonNode live, JsonNode applied) {
        if (live.isMissingNode()
                || Comparison.isLeaf(shape, applied)
                        && !(applied instanceof ObjectNode object
                                && object.isEmpty()
                                && live.isObject()
                                && !Comparison.isLeaf(shape, live))) {
            return applied.deepCopy();
        }
        if (shape instanceof Shape.ListOf list) {
            return live.isArray() ? mergeLists(list, live, applied) : applied.deepCopy();
        }
        if (!(live instanceof ObjectNode present)) {
            return applied.deepCopy();
        }
        ObjectNode result = present.deepCopy();
        for (Map.Entry<String, JsonNode> field : applied.properties()) {
            result.set(
                    field.getKey(),
                    merge(
                            shape.at(field.getKey()),
                            present.path(field.getKey()),
                            field.getValue()));
        }
        return result;
    }

    /** In the order of the applied list; what only the live one has keeps its neighbours. */
    private static ArrayNode mergeLists(Shape.ListOf shape, JsonNode live, JsonNode applied) {
        Map<String, JsonNode> left = Steps.items(shape, live);
        Map<String, JsonNode> right = Steps.items(shape, applied);
        Map<String, JsonNode> result = new LinkedHashMap<>();
        List<String> liveOrder = new ArrayList<>(left.keySet());
        int next = 0;
        for (Map.Entry<String, JsonNode> wanted : right.entrySet()) {
            while (next < liveOrder.size() && !right.containsKey(liveOrder.get(next))) {
                String step = liveOrder.get(next);
                result.put(step, left.getOrDefault(step, NullNode.instance).deepCopy());
                next++;
            }
            JsonNode present = left.get(wanted.getKey());
            result.put(
                    wanted.getKey(),
                    present == null
                            ? wanted.getValue().deepCopy()
                            : merge(shape.item(), present, wanted.getValue()));
            if (next < liveOrder.size() && liveOrder.get(next).equals(wanted.getKey())) {
                next++;
            }
        }
        for (; next < liveOrder.size(); next++) {
            String step = liveOrder.get(next);
            if (!right.containsKey(step)) {
                result.put(step, left.getOrDefault(step, NullNode.instance).deepCopy());
            }
        }
        ArrayNode list = JsonNodeFactory.instance.arrayNode();
        result.values().forEach(list::add);
        return list;
    }

    /**
     * Takes out of an object what the writer owned before and nobody owns now.
     *
     * @param last what the writer owned before
     * @param owned what anybody owns now
     */
    static void prune(Shape shape, JsonNode value, FieldSet last, FieldSet owned) {
        if (value instanceof ObjectNode object) {
            for (Map.Entry<String, FieldSet> child : last.children().entrySet()) {
                if (!child.getKey().startsWith("f:")) {
                    continue;
                }
                String field = child.getKey().substring(2);
                JsonNode held = object.path(field);
                if (held.isMissingNode()) {
                    continue;
                }
                Optional<FieldSet> still = owned.child(child.getKey());
                if (still.isEmpty()) {
                    object.remove(field);
                } else {
                    prune(shape.at(field), held, child.getValue(), still.get());
                }
            }
        } else if (value instanceof ArrayNode list && shape instanceof Shape.ListOf of) {
            for (Iterator<JsonNode> items = list.iterator(); items.hasNext(); ) {
                JsonNode item = items.next();
                String step = of.isAtomic() ? "" : Steps.item(of, item);
                Optional<FieldSet> before = last.child(step);
                if (before.isPresent()) {
                    Optional<FieldSet> still = owned.child(step);
                    if (still.isEmpty()) {
                        items.remove();
                    } else {
                        prune(of.item(), item, before.get(), still.get());
                    }
                }
            }
        }
    }
}
