// SPDX-License-Identifier: Apache-2.0
package io.serin.cli.command;

import java.io.Console;
import java.util.Optional;

/** Whether a person sits there, and what they say. */
final class Terminal {

    private Terminal() {}

    static boolean isThere() {
        return person().isPresent();
    }

    /** Empty where nobody can be asked. */
    static Optional<String> ask(String question) {
        return person().map(console -> console.readLine("%s", question));
    }

    private static Optional<Console> person() {
        return Optional.ofNullable(System.console()).filter(Console::isTerminal);
    }
}
