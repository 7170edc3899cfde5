// SPDX-License-Identifier: Apache-2.0
package io.serin.workload.options;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * The settings of a program: {@code --post-percent 5} on the command line, else {@code
 * POST_PERCENT=5} in the environment, else the default.
 */
public final class Options {

    private final Map<String, String> values;

    private Options(Map<String, String> values) {
        this.values = Map.copyOf(values);
    }

    /**
     * Reads the command line over the environment.
     *
     * @param known the names of the options, as on the command line without dashes
     * @throws IllegalArgumentException for a flag that is not known or has no value
     */
    public static Options read(Set<String> known, String[] args, Map<String, String> environment) {
        Map<String, String> values = new HashMap<>();
        for (String name : known) {
            String held = environment.get(variable(name));
            if (held != null && !held.isEmpty()) {
                values.put(name, held);
            }
        }
        for (int i = 0; i < args.length; i += 2) {
            String name = args[i].startsWith("--") ? args[i].substring(2) : "";
            if (!known.contains(name)) {
                throw new IllegalArgumentException(
                        args[i]
                                + " (expected: one of --"
                                + String.join(", --", sorted(known))
                                + ")");
            }
            if (i + 1 == args.length) {
                throw new IllegalArgumentException(args[i] + " (expected: a value after it)");
            }
            values.put(name, args[i + 1]);
        }
        return new Options(values);
    }

    public String text(String name, String otherwise) {
        return values.getOrDefault(name, otherwise);
    }

    /**
     * A whole number.
     *
     * @throws IllegalArgumentException when it is none, or not within least and most
     */
    public int number(String name, int otherwise, int least, int most) {
        String held = values.get(name);
        if (held == null) {
            return otherwise;
        }
        try {
            int number = Integer.parseInt(held);
            if (number >= least && number <= most) {
                return number;
            }
        } catch (NumberFormatException _) {
            // The message below says it for both.
        }
        throw new IllegalArgumentException(
                "--%s: %s (expected: %d to %d)".formatted(name, held, least, most));
    }

    private static String variable(String name) {
        return name.toUpperCase(Locale.ROOT).replace('-', '_');
    }

    private static Iterable<String> sorted(Set<String> names) {
        return names.stream().sorted().toList();
    }
}
