// SPDX-License-Identifier: Apache-2.0
package io.serin.local.control;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;

/** Times as the API writes them: RFC 3339, in whole seconds. */
final class Times {

    private Times() {}

    static String now(InstantSource clock) {
        return clock.instant().truncatedTo(ChronoUnit.SECONDS).toString();
    }

    /** The time in a field, or the epoch. */
    static Instant of(JsonNode field) {
        return field.isTextual() ? Instant.parse(field.asText()) : Instant.EPOCH;
    }
}
