// SPDX-License-Identifier: Apache-2.0
package io.serin.local.node.process;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A program and all it is told.
 *
 * @param words the program, then its arguments; never empty
 */
public record Command(
        List<String> words,
        Map<String, String> environment,
        String workingDirectory,
        Identity identity) {

    public Command {
        words = List.copyOf(words);
        if (words.getFirst().indexOf('=') >= 0) {
            throw new IllegalArgumentException(
                    "command: " + words.getFirst() + " (expected: a program without '=')");
        }
        environment = Map.copyOf(environment);
    }

    /** The same with other words, as {@code exec} has. */
    public Command with(List<String> others) {
        return new Command(others, environment, workingDirectory, identity);
    }

    /**
     * The words that start it from a process of root's: {@code env} rather than the process's own
     * environment, since names that are no identifiers get lost in a shell.
     */
    List<String> prepared() {
        List<String> all = new ArrayList<>(identity.command());
        all.addAll(List.of(Tools.ENV, "-i", "-C", workingDirectory));
        environment.forEach((name, value) -> all.add(name + "=" + value));
        all.addAll(words);
        return all;
    }
}
