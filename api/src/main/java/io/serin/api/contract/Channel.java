// SPDX-License-Identifier: Apache-2.0
package io.serin.api.contract;

import io.serin.api.name.Tag;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** A tag that points to the newest of its revisions by itself; by Cloud Service Mesh's names. */
public enum Channel {
    RAPID("asm-managed-rapid"),
    REGULAR("asm-managed"),
    STABLE("asm-managed-stable");

    private final String tag;

    Channel(String tag) {
        this.tag = tag;
    }

    /** The value of label {@value Labels#CHANNEL}. */
    public String value() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** What namespaces name. */
    public Tag tag() {
        return new Tag(tag);
    }

    /** By its value. */
    public static Optional<Channel> of(String value) {
        return Arrays.stream(values()).filter(known -> known.value().equals(value)).findFirst();
    }

    /** By its tag. */
    public static Optional<Channel> ofTag(String tag) {
        return Arrays.stream(values()).filter(known -> known.tag.equals(tag)).findFirst();
    }

    /** The values of all. */
    public static List<String> all() {
        return Arrays.stream(values()).map(Channel::value).toList();
    }

    @Override
    public String toString() {
        return value();
    }
}
