// SPDX-License-Identifier: Apache-2.0
package io.serin.cli.command;

import io.serin.cli.client.CliFault;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/** Asks before something is done that others would feel. */
final class Consent {

    private static final Set<String> YES = Set.of("y", "yes");

    private Consent() {}

    /**
     * Returns when a person says {@code y} or {@code yes}, in any case.
     *
     * @param outcome what is so when nobody does, e.g. {@code nothing was deleted}
     * @param typed what to type where nobody can be asked
     * @throws CliFault when they say something else, or there is nobody
     */
    static void ask(String question, String outcome, String typed) {
        ask(Terminal::ask, question, outcome, typed);
    }

    /**
     * Of somebody else.
     *
     * @param person empty where nobody can be asked
     */
    static void ask(
            Function<String, Optional<String>> person,
            String question,
            String outcome,
            String typed) {
        String answer =
                person.apply(question + " [y/N] ").orElseThrow(() -> nobody(outcome, typed));
        if (!YES.contains(answer.strip().toLowerCase(Locale.ROOT))) {
            throw CliFault.failed(outcome, "");
        }
    }

    /** What is said where there is nobody to ask. */
    static CliFault nobody(String outcome, String typed) {
        return CliFault.usage(
                outcome + ": there is no terminal to ask on",
                "say yes on the command line: " + typed);
    }
}
