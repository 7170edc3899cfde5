// SPDX-License-Identifier: Apache-2.0
package io.serin.injector.decide;

import java.net.InetAddress;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/**
 * What an annotation may hold.
 *
 * @param allows whether a value is good
 * @param expected in words, for refusals and for the reference page
 */
record ValueRule(Predicate<String> allows, String expected) {

    static final ValueRule ANY = new ValueRule(value -> true, "any text");
    static final ValueRule NOTHING = refused(": it is not supported");

    static final ValueRule PORTS =
            new ValueRule(
                    value -> items(value, ValueRule::isPort),
                    "ports, 1 to 65535, with commas between them, or nothing");
    static final ValueRule PORTS_OR_ALL = PORTS.orAll();
    static final ValueRule RANGES =
            new ValueRule(
                    value -> items(value, ValueRule::isRange),
                    "addresses or ranges like 10.0.0.0/8, with commas between them, or nothing");
    static final ValueRule RANGES_OR_ALL = RANGES.orAll();
    static final ValueRule INTERFACES =
            new ValueRule(
                    value -> items(value, item -> item.matches("[A-Za-z0-9_.@-]{1,15}")),
                    "names of network interfaces, with commas between them, or nothing");
    static final ValueRule QUANTITY =
            new ValueRule(
                    value -> Quantity.parse(value).isPresent(), "a quantity like 100m or 128Mi");
    static final ValueRule BOOLEAN = oneOf("true", "false");
    static final ValueRule SECONDS = number(0, "a number of seconds, 0 or more");
    static final ValueRule SECONDS_OF_A_PERIOD = number(1, "a number of seconds, 1 or more");
    static final ValueRule TIMES = number(1, "a number, 1 or more");
    static final ValueRule INTERCEPTION =
            new ValueRule(
                    Set.of("REDIRECT", "NONE")::contains,
                    "REDIRECT or NONE; TPROXY is not supported, REDIRECT carries the same traffic, but"
                            + " the application sees 127.0.0.6 as its client");
    static final ValueRule NAMES =
            new ValueRule(
                    value ->
                            items(
                                    value.isEmpty() ? "?" : value,
                                    item -> item.matches("[A-Za-z0-9_.-]+")),
                    "names of templates, with commas between them");
    static final ValueRule IMAGE =
            new ValueRule(value -> value.matches("[^\\s]+"), "the name of an image");

    static ValueRule oneOf(String... values) {
        Set<String> set = Set.of(values);
        return new ValueRule(set::contains, String.join(" or ", List.of(values)));
    }

    /** A rule with one value, and why there are no others. */
    static ValueRule only(String value, String why) {
        return new ValueRule(value::equals, value + ": " + why);
    }

    /** A rule without values, and what to do instead. */
    static ValueRule refused(String instead) {
        return new ValueRule(value -> false, "not to be set" + instead);
    }

    private static ValueRule number(int least, String expected) {
        return new ValueRule(
                value -> value.matches("[0-9]{1,6}") && Integer.parseInt(value) >= least, expected);
    }

    private ValueRule orAll() {
        return new ValueRule(
                value -> value.equals("*") || allows.test(value), "* for all, or " + expected);
    }

    private static boolean items(String value, Predicate<String> good) {
        if (value.isEmpty()) {
            return true;
        }
        for (String item : value.split(",", -1)) {
            if (!good.test(item.strip())) {
                return false;
            }
        }
        return true;
    }

    static boolean isPort(String text) {
        return text.matches("[0-9]{1,5}")
                && Integer.parseInt(text) >= 1
                && Integer.parseInt(text) <= 65535;
    }

    private static boolean isRange(String text) {
        int slash = text.indexOf('/');
        String literal = slash < 0 ? text : text.substring(0, slash);
        String prefix = slash < 0 ? "0" : text.substring(slash + 1);
        if (!literal.matches("[0-9a-fA-F:.]+") || !prefix.matches("[0-9]{1,3}")) {
            return false;
        }
        try {
            int bits = InetAddress.ofLiteral(literal).getAddress().length * 8;
            return (literal.contains(":") || literal.split("\\.", -1).length == 4)
                    && Integer.parseInt(prefix) <= bits;
        } catch (IllegalArgumentException noAddress) {
            return false;
        }
    }
}
