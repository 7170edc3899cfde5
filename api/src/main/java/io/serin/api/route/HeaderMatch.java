// SPDX-License-Identifier: Apache-2.0
package io.serin.api.route;

import java.util.Locale;

/**
 * A header that has to hold exactly this value.
 *
 * @param name lower case; {@code :method} is the request's method
 */
public record HeaderMatch(String name, String value) {

    /** The name under which the method is matched. */
    public static final String METHOD = ":method";

    public HeaderMatch {
        if (name.isEmpty()) {
            throw new IllegalArgumentException("header name: '' (expected: a token)");
        }
        name = name.toLowerCase(Locale.ROOT);
    }
}
