// SPDX-License-Identifier: Apache-2.0
package io.serin.api.name;

/**
 * One installed version of the control plane, and all objects that carry its name.
 *
 * @param value a DNS label, e.g. {@code 1-0} or {@code asm-1187-26}
 */
public record Revision(String value) implements Comparable<Revision> {

    public Revision {
        DnsLabel.check("revision", value);
    }

    @Override
    public int compareTo(Revision other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
