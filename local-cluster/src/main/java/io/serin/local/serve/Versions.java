// SPDX-License-Identifier: Apache-2.0
package io.serin.local.serve;

import io.serin.local.resource.Faults;

/** Reads resource versions of requests. */
final class Versions {

    private Versions() {}

    static long parse(String text) {
        try {
            return Long.parseUnsignedLong(text);
        } catch (NumberFormatException e) {
            throw Faults.badRequest(
                    "resourceVersion: Invalid value: \"" + text + "\": must be a number");
        }
    }
}
