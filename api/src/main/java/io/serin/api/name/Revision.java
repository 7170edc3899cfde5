// SPDX-License-Identifier: Apache-2.0
package io.serin.api.name;

/**
 * One installed version of the control plane, and all objects that carry its name.
 *
 * @param value a DNS label, e.g. {@code 1-0} or {@code asm-1187-26}
 */
public record Revision(String value) implements Comparable<Revision> {

    /**
     * The one whose objects carry no suffix: {@code istiod}. Namespaces ask for it by {@code
     * istio-injection=enabled} too.
     */
    public static final Revision DEFAULT = new Revision("default");

    public Revision {
        DnsLabel.check("revision", value);
    }

    public boolean isDefault() {
        return equals(DEFAULT);
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
