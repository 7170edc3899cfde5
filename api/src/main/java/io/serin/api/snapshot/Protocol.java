// SPDX-License-Identifier: Apache-2.0
package io.serin.api.snapshot;

/**
 * The generations of the conversation that a control plane can hold with a sidecar. A generation
 * begins where a sidecar of the one before would misread what it is told; what such a sidecar
 * simply refuses begins none.
 *
 * @param least the oldest; 1 or more
 * @param latest the newest; not before the oldest
 */
public record Protocol(int least, int latest) {

    /** What this build speaks. */
    public static final Protocol OWN = new Protocol(1, 1);

    public Protocol {
        if (least < 1 || latest < least) {
            throw new IllegalArgumentException(
                    "protocol: " + least + " to " + latest + " (expected: 1 or more, in order)");
        }
    }

    public boolean speaks(int generation) {
        return least <= generation && generation <= latest;
    }

    @Override
    public String toString() {
        return least == latest ? Integer.toString(least) : least + " to " + latest;
    }
}
