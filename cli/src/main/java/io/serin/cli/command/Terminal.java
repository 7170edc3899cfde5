// SPDX-License-Identifier: Apache-2.0
package io.serin.cli.command;

/** Whether a person sits there. */
final class Terminal {

    private Terminal() {}

    static boolean isThere() {
        return System.console().isTerminal();
    }
}
