// SPDX-License-Identifier: Apache-2.0
package io.serin.control.trust;

/**
 * A request for a certificate that can't be granted to whoever made it. The message says which
 * field, what was found and what was expected; it becomes the answer.
 */
final class RequestFault extends Exception {

    /** The longest value that is shown whole. */
    private static final int MOST_SHOWN = 100;

    RequestFault(String field, String held, String expected) {
        super(field + ": " + shown(held) + " (expected: " + expected + ")");
    }

    /** On one line, for it ends in a log too. */
    private static String shown(String held) {
        String line = held.replaceAll("[^ -~]|\"", "?");
        return line.length() <= MOST_SHOWN ? line : line.substring(0, MOST_SHOWN) + "...";
    }
}
