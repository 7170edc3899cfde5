// SPDX-License-Identifier: Apache-2.0
package io.serin.local.resource;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * What may stand at a place of an object, and how it merges: what pruning, strategic merge patches
 * and server-side apply walk along. Immutable.
 */
public sealed interface Shape {

    /** Anything, owned and replaced as a whole. */
    record Any() implements Shape {}

    /** A value. */
    record Scalar(Form form) implements Shape {}

    enum Form {
        STRING,
        INTEGER,
        NUMBER,
        BOOLEAN,
        QUANTITY,
        INT_OR_STRING
    }

    /**
     * A list.
     *
     * @param patchKey what tells its items apart in a strategic merge patch; {@code "."} for the
     *     value itself; empty when the patch's list replaces it
     * @param applyKeys what tells them apart in an apply; {@code "."} for the value itself; none
     *     when the list is owned as a whole
     * @param retainKeys whether a strategic merge patch names the fields of an item that stay
     */
    record ListOf(Shape item, Optional<String> patchKey, List<String> applyKeys, boolean retainKeys)
            implements Shape {

        public ListOf {
            applyKeys = List.copyOf(applyKeys);
        }

        public static ListOf atomic(Shape item) {
            return new ListOf(item, Optional.empty(), List.of(), false);
        }

        public boolean isSet() {
            return applyKeys.equals(List.of("."));
        }

        public boolean isAtomic() {
            return applyKeys.isEmpty();
        }
    }

    /**
     * Free keys.
     *
     * @param atomic whether it is owned as a whole
     */
    record MapOf(Shape value, boolean atomic) implements Shape {}

    /**
     * Named fields.
     *
     * @param fields made when first asked for, for shapes hold one another
     * @param open whether other fields may be there too, and stay
     * @param atomic whether it is owned as a whole
     */
    record Struct(String name, Supplier<Map<String, Shape>> fields, boolean open, boolean atomic)
            implements Shape {

        public Optional<Shape> field(String field) {
            return Optional.ofNullable(fields.get().get(field));
        }
    }

    /** The shape of a field of something of this shape; anything where nothing is known. */
    default Shape at(String field) {
        return switch (this) {
            case Struct struct -> struct.field(field).orElseGet(Any::new);
            case MapOf map -> map.value();
            case Any any -> any;
            case ListOf list -> new Any();
            case Scalar scalar -> new Any();
        };
    }
}
