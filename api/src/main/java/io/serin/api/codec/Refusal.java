// SPDX-License-Identifier: Apache-2.0
package io.serin.api.codec;

/** Refuses what xDS can say and Serin can't do, so that it is never silently overlooked. */
final class Refusal {

    private Refusal() {}

    static void ifSet(String where, String field, boolean set) throws CodecFault {
        if (set) {
            throw new CodecFault(where + ", " + field + ": set (expected: not set)");
        }
    }
}
