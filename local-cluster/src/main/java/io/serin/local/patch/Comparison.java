// SPDX-License-Identifier: Apache-2.0
package io.serin.local.patch;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.serin.local.resource.Shape;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Which places differ between two states of an object. */
final class Comparison {

    private final FieldSet added = new FieldSet();
    private final FieldSet modified = new FieldSet();
    private final FieldSet removed = new FieldSet();

    private Comparison() {}

    static Comparison of(Shape shape, JsonNode before, JsonNode after) {
        Comparison comparison = new Comparison();
        comparison.walk(shape, before, after, new ArrayList<>());
        return comparison;
    }

    /** All places that something stands at, as those who apply it own them. */
    static FieldSet everything(Shape shape, JsonNode value) {
        FieldSet all = new FieldSet();
        collect(shape, value, new ArrayList<>(), all);
        return all;
    }

    FieldSet added() {
        return added;
    }

    FieldSet modified() {
        return modified;
    }

    FieldSet removed() {
        return removed;
    }

    private void walk(Shape shape, JsonNode before, JsonNode after, List<String> at) {
        if (before.isMissingNode() && after.isMissingNode()) {
            return;
        }
        if (isLeaf(shape, before) && isLeaf(shape, after)) {
            if (before.isMissingNode()) {
                added.add(at);
            } else if (after.isMissingNode()) {
                removed.add(at);
            } else if (!before.equals(after)) {
                modified.add(at);
            }
            return;
        }
        // Two levels down, what holds things is itself something that is there or not.
        if (at.size() > 1) {
            if (before.isMissingNode()) {
                added.add(at);
            } else if (after.isMissingNode()) {
                removed.add(at);
            }
        }
        if (shape instanceof Shape.ListOf list) {
            Map<String, JsonNode> left = Steps.items(list, before);
            Map<String, JsonNode> right = Steps.items(list, after);
            Set<String> steps = new LinkedHashSet<>(left.keySet());
            steps.addAll(right.keySet());
            for (String step : steps) {
                step(
                        list.item(),
                        left.getOrDefault(step, MissingNode.getInstance()),
                        right.getOrDefault(step, MissingNode.getInstance()),
                        step,
                        at);
            }
        } else {
            Set<String> fields = new LinkedHashSet<>();
            before.fieldNames().forEachRemaining(fields::add);
            after.fieldNames().forEachRemaining(fields::add);
            for (String field : fields) {
                step(
                        shape.at(field),
                        before.path(field),
                        after.path(field),
                        Steps.field(field),
                        at);
            }
        }
    }

    private void step(Shape shape, JsonNode before, JsonNode after, String step, List<String> at) {
        at.add(step);
        walk(shape, before, after, at);
        at.removeLast();
    }

    private static void collect(Shape shape, JsonNode value, List<String> at, FieldSet all) {
        if (isLeaf(shape, value)) {
            all.add(at);
            return;
        }
        if (shape instanceof Shape.ListOf list) {
            Steps.items(list, value)
                    .forEach((step, item) -> {
                        at.add(step);
                        all.add(at);
                        if (!isLeaf(list.item(), item)) {
                            collect(list.item(), item, at, all);
                        }
                        at.removeLast();
                    });
        } else {
            for (Map.Entry<String, JsonNode> field : value.properties()) {
                at.add(Steps.field(field.getKey()));
                if (shape instanceof Shape.MapOf) {
                    all.add(at);
                }
                collect(shape.at(field.getKey()), field.getValue(), at, all);
                at.removeLast();
            }
        }
    }

    /** Whether something is owned as a whole. What is missing may be anything. */
    static boolean isLeaf(Shape shape, JsonNode value) {
        if (value.isMissingNode()) {
            return true;
        }
        return switch (shape) {
            case Shape.Any any -> true;
            case Shape.Scalar scalar -> true;
            case Shape.ListOf list -> list.isAtomic() || !value.isArray();
            case Shape.MapOf map -> map.atomic() || !value.isObject() || value.isEmpty();
            case Shape.Struct struct -> struct.atomic() || !value.isObject() || value.isEmpty();
        };
    }
}
