// SPDX-License-Identifier: Apache-2.0
package io.serin.api.name;

/**
 * A second name for a revision, which can be moved to another one.
 *
 * @param value a DNS label, e.g. {@code prod}, so short that the name of the tag's Service is one
 *     too
 */
public record Tag(String value) implements Comparable<Tag> {

    /** The one that namespaces labelled {@code istio-injection=enabled} ask for. */
    public static final Tag DEFAULT = new Tag("default");

    private static final int LONGEST = 43;

    public Tag {
        DnsLabel.check("tag", value);
        if (value.length() > LONGEST) {
            throw new IllegalArgumentException(
                    "tag: '" + value + "' (expected: at most " + LONGEST + " characters)");
        }
    }

    @Override
    public int compareTo(Tag other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
