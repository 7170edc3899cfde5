// SPDX-License-Identifier: Apache-2.0
package io.serin.local.resource;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/**
 * The shapes of the built-in kinds: the fields from {@code shapes.txt}, which is made from the
 * client library's model; how they merge from {@code merge.txt}. A shape is read when first used.
 */
public final class Shapes {

    private static final Shapes BUILT_IN = new Shapes(lines("shapes.txt"), lines("merge.txt"));

    private final Map<String, String> fields = new HashMap<>();
    private final Map<String, Merge> merges = new HashMap<>();
    private final Map<String, Shape.Struct> made = new ConcurrentHashMap<>();

    private record Merge(
            Optional<String> patch, List<String> apply, boolean retainKeys, boolean atomic) {}

    private static final Merge WHOLE = new Merge(Optional.empty(), List.of(), false, false);

    private Shapes(List<String> shapes, List<String> merging) {
        for (String line : shapes) {
            int end = line.indexOf(' ');
            fields.put(end < 0 ? line : line.substring(0, end), end < 0 ? "" : line.substring(end));
        }
        for (String line : merging) {
            if (!line.startsWith("#")) {
                String[] words = line.split(" ");
                merges.put(words[0], merge(words));
            }
        }
    }

    /**
     * The shape of a kind or a part of one.
     *
     * @param name e.g. {@code Pod}
     */
    public static Shape.Struct of(String name) {
        return BUILT_IN.struct(name);
    }

    /** Names of places in {@code merge.txt} that {@code shapes.txt} doesn't have: mistakes. */
    static List<String> strayMerges() {
        return BUILT_IN.merges.keySet().stream()
                .filter(place -> {
                    String[] parts = place.split("\\.");
                    String held = BUILT_IN.fields.get(parts[0]);
                    return held == null
                            || (parts.length == 2 && !held.contains(" " + parts[1] + ":"));
                })
                .sorted()
                .toList();
    }

    private Shape.Struct struct(String name) {
        return made.computeIfAbsent(
                name,
                absent -> {
                    String line = fields.get(name);
                    if (line == null) {
                        throw new IllegalArgumentException("no shape is named " + name);
                    }
                    return new Shape.Struct(
                            name,
                            new Once(() -> fieldsOf(name, line)),
                            false,
                            merges.getOrDefault(name, WHOLE).atomic());
                });
    }

    private Map<String, Shape> fieldsOf(String name, String line) {
        Map<String, Shape> shapes = new LinkedHashMap<>();
        for (String word : line.strip().split(" ")) {
            int colon = word.lastIndexOf(':');
            if (colon > 0) {
                String field = word.substring(0, colon);
                Merge merge = merges.getOrDefault(name + "." + field, WHOLE);
                shapes.put(field, shape(word.substring(colon + 1), merge));
            }
        }
        return Map.copyOf(shapes);
    }

    private Shape shape(String type, Merge merge) {
        if (type.startsWith("[")) {
            return new Shape.ListOf(
                    shape(type.substring(1, type.length() - 1), WHOLE),
                    merge.patch(),
                    merge.apply(),
                    merge.retainKeys());
        }
        if (type.startsWith("{")) {
            return new Shape.MapOf(
                    shape(type.substring(1, type.length() - 1), WHOLE), merge.atomic());
        }
        return switch (type) {
            case "any" -> new Shape.Any();
            case "string" -> new Shape.Scalar(Shape.Form.STRING);
            case "integer" -> new Shape.Scalar(Shape.Form.INTEGER);
            case "number" -> new Shape.Scalar(Shape.Form.NUMBER);
            case "boolean" -> new Shape.Scalar(Shape.Form.BOOLEAN);
            case "quantity" -> new Shape.Scalar(Shape.Form.QUANTITY);
            case "intOrString" -> new Shape.Scalar(Shape.Form.INT_OR_STRING);
            default -> struct(type);
        };
    }

    private static Merge merge(String[] words) {
        Optional<String> patch = Optional.empty();
        List<String> apply = List.of();
        boolean retainKeys = false;
        boolean atomic = false;
        for (int i = 1; i < words.length; i++) {
            String word = words[i];
            if (word.startsWith("patch=")) {
                patch = Optional.of(word.substring("patch=".length()));
            } else if (word.startsWith("apply=")) {
                apply = List.of(word.substring("apply=".length()).split(","));
            } else if (word.equals("retainKeys")) {
                retainKeys = true;
            } else if (word.equals("atomic")) {
                atomic = true;
            } else {
                throw new IllegalArgumentException("merge.txt: " + String.join(" ", words));
            }
        }
        return new Merge(patch, apply, retainKeys, atomic);
    }

    private static List<String> lines(String file) {
        try (InputStream in = Shapes.class.getResourceAsStream(file)) {
            if (in == null) {
                throw new IllegalStateException(file + " is not on the class path");
            }
            BufferedReader reader =
                    new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8));
            return new ArrayList<>(reader.lines().filter(line -> !line.isBlank()).toList());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Computed by the first who asks; harmless when two are the first. */
    private static final class Once implements Supplier<Map<String, Shape>> {

        private final Supplier<Map<String, Shape>> compute;
        private volatile Map<String, Shape> value = Map.of();

        Once(Supplier<Map<String, Shape>> compute) {
            this.compute = compute;
        }

        @Override
        public Map<String, Shape> get() {
            Map<String, Shape> held = value;
            if (held.isEmpty()) {
                held = compute.get();
                value = held;
            }
            return held;
        }
    }
}
