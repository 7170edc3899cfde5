// SPDX-License-Identifier: Apache-2.0
package io.serin.cli.command;

import java.io.Console;

/** Whether a person sits there. */
final class Terminal {

    private Terminal() {}

    static boolean isThere() {
        Console console = System.console();
        return console != null && console.isTerminal();
    }
}
