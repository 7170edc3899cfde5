// SPDX-License-Identifier: Apache-2.0
package io.serin.control.audit;

/**
 * A label that does not do what was meant.
 *
 * @param reason of the event, in one word
 * @param held the field, and what it holds
 * @param expected what it should
 * @param consequence what becomes of it
 */
record Finding(String reason, String held, String expected, String consequence) {

    String message() {
        return held + " (expected: " + expected + "): " + consequence;
    }

    /** Whether it says the same, though perhaps other names are installed now. */
    boolean isSameAs(Finding other) {
        return reason.equals(other.reason) && held.equals(other.held);
    }
}
