// SPDX-License-Identifier: Apache-2.0
package io.serin.local.patch;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A set of places in an object, as {@code managedFields} writes it: a step is {@code f:FIELD},
 * {@code k:{KEYS}} or {@code v:VALUE}. A tree of which some nodes are members. Not for several
 * threads.
 *
 * <p>After sigs.k8s.io/structured-merge-diff, fieldpath.Set.
 */
public final class FieldSet {

    private boolean member;
    private final TreeMap<String, FieldSet> children = new TreeMap<>();

    /** Of what {@link #write} writes. */
    public static FieldSet parse(JsonNode fields) {
        FieldSet set = new FieldSet();
        for (Map.Entry<String, JsonNode> step : fields.properties()) {
            if (step.getKey().equals(".")) {
                set.member = true;
            } else {
                FieldSet child = parse(step.getValue());
                if (step.getValue().isEmpty()) {
                    child.member = true;
                }
                set.children.put(step.getKey(), child);
            }
        }
        return set;
    }

    /** As {@code fieldsV1} in {@code managedFields}. */
    public ObjectNode write() {
        ObjectNode fields = JsonNodeFactory.instance.objectNode();
        if (member && !children.isEmpty()) {
            fields.putObject(".");
        }
        children.forEach((step, child) -> fields.set(step, child.write()));
        return fields;
    }

    void add(List<String> path) {
        FieldSet at = this;
        for (String step : path) {
            at = at.children.computeIfAbsent(step, absent -> new FieldSet());
        }
        at.member = true;
    }

    boolean isMember() {
        return member;
    }

    Optional<FieldSet> child(String step) {
        return Optional.ofNullable(children.get(step));
    }

    Map<String, FieldSet> children() {
        return children;
    }

    public boolean isEmpty() {
        return !member && children.isEmpty();
    }

    FieldSet union(FieldSet other) {
        FieldSet all = copy();
        all.addAll(other);
        return all;
    }

    private void addAll(FieldSet other) {
        member |= other.member;
        other.children.forEach((step, child) ->
                children.computeIfAbsent(step, absent -> new FieldSet()).addAll(child));
    }

    FieldSet minus(FieldSet other) {
        FieldSet left = new FieldSet();
        left.member = member && !other.member;
        children.forEach((step, child) -> {
            FieldSet taken = other.children.get(step);
            FieldSet rest = taken == null ? child.copy() : child.minus(taken);
            if (!rest.isEmpty()) {
                left.children.put(step, rest);
            }
        });
        return left;
    }

    FieldSet intersect(FieldSet other) {
        FieldSet both = new FieldSet();
        both.member = member && other.member;
        children.forEach((step, child) -> {
            FieldSet twin = other.children.get(step);
            if (twin != null) {
                FieldSet shared = child.intersect(twin);
                if (!shared.isEmpty()) {
                    both.children.put(step, shared);
                }
            }
        });
        return both;
    }

    /** Without a field and all below it. */
    FieldSet without(String step) {
        FieldSet rest = copy();
        rest.children.remove(step);
        return rest;
    }

    /** Nothing but a field and what is below it. */
    FieldSet only(String step) {
        FieldSet rest = new FieldSet();
        FieldSet child = children.get(step);
        if (child != null) {
            rest.children.put(step, child.copy());
        }
        return rest;
    }

    /** As in messages, one for each member: {@code .spec.containers[name="a"].image}. */
    List<String> paths() {
        List<String> paths = new ArrayList<>();
        collect("", paths);
        return paths;
    }

    private void collect(String at, List<String> paths) {
        if (member) {
            paths.add(at);
        }
        children.forEach((step, child) -> child.collect(at + show(step), paths));
    }

    private static String show(String step) {
        String content = step.substring(2);
        if (step.startsWith("f:")) {
            return "." + content;
        }
        if (step.startsWith("v:")) {
            return "[=" + content + "]";
        }
        StringBuilder keys = new StringBuilder("[");
        for (Map.Entry<String, JsonNode> key : Steps.keys(step).properties()) {
            if (keys.length() > 1) {
                keys.append(',');
            }
            keys.append(key.getKey()).append('=').append(key.getValue());
        }
        return keys.append(']').toString();
    }

    FieldSet copy() {
        FieldSet copy = new FieldSet();
        copy.member = member;
        children.forEach((step, child) -> copy.children.put(step, child.copy()));
        return copy;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof FieldSet set
                && set.member == member
                && set.children.equals(children);
    }

    @Override
    public int hashCode() {
        return children.hashCode() * 2 + (member ? 1 : 0);
    }

    @Override
    public String toString() {
        return write().toString();
    }
}
