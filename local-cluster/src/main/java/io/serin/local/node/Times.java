// SPDX-License-Identifier: Apache-2.0
package io.serin.local.node;

import java.time.Instant;
import java.time.temporal.ChronoUnit;

/** Times as the API writes them: RFC 3339, in whole seconds. */
final class Times {

    private Times() {}

    static String text(Instant instant) {
        return instant.truncatedTo(ChronoUnit.SECONDS).toString();
    }
}
