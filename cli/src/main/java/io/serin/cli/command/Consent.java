// SPDX-License-Identifier: Apache-2.0
package io.serin.cli.command;

import io.serin.cli.client.CliFault;

/** Asks before something is done that others would feel. */
final class Consent {

    private Consent() {}

    /**
     * Returns when a person says yes.
     *
     * @param outcome what is so when nobody does, e.g. {@code nothing was deleted}
     * @param typed what to type where nobody can be asked
     * @throws CliFault when they say something else, or there is nobody
     */
    static void ask(String question, String outcome, String typed) {
        String answer =
                Terminal.ask(question + " [y/N] ").orElseThrow(() -> nobody(outcome, typed));
        if (!answer.equals("y")) {
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
