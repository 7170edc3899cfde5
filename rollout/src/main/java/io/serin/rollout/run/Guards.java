// SPDX-License-Identifier: Apache-2.0
package io.serin.rollout.run;

import java.time.Duration;
import java.util.List;
import java.util.OptionalDouble;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What has to hold for each batch before the next begins. That every new proxy is on its revision,
 * connected, and has taken its configuration, always has to.
 *
 * @param ready how long a batch may take until it is
 * @param successPercent of the requests that its pods see while they are watched; empty: any
 * @param watch for how long they are watched, once they are ready
 */
public record Guards(Duration ready, OptionalDouble successPercent, Duration watch) {

    public static final Guards DEFAULT =
            new Guards(Duration.ofMinutes(5), OptionalDouble.of(99), Duration.ofSeconds(5));

    private static final Pattern TIME = Pattern.compile("([1-9][0-9]{0,3})(s|m)");
    private static final Pattern PERCENT = Pattern.compile("(100|[0-9]{1,2}(?:\\.[0-9]{1,3})?)%?");
    private static final String EXPECTED =
            "ready=5m, success-rate=99% or success-rate=off, watch=5s";

    /**
     * Lays settings over the defaults.
     *
     * @throws IllegalArgumentException naming what can't be read
     */
    public static Guards parse(List<String> settings) {
        Guards guards = DEFAULT;
        for (String setting : settings) {
            guards = guards.with(setting);
        }
        return guards;
    }

    /** For the way back: who goes back wants to be there, however requests fare on the way. */
    public Guards withoutRequests() {
        return new Guards(ready, OptionalDouble.empty(), watch);
    }

    private Guards with(String setting) {
        int equals = setting.indexOf('=');
        String name = equals < 0 ? setting : setting.substring(0, equals);
        String value = equals < 0 ? "" : setting.substring(equals + 1);
        return switch (name) {
            case "ready" -> new Guards(time(setting, value), successPercent, watch);
            case "watch" -> new Guards(ready, successPercent, time(setting, value));
            case "success-rate" -> new Guards(ready, percent(setting, value), watch);
            default -> throw unreadable(setting);
        };
    }

    private static Duration time(String setting, String value) {
        Matcher time = TIME.matcher(value);
        if (!time.matches()) {
            throw unreadable(setting);
        }
        long amount = Long.parseLong(time.group(1));
        return time.group(2).equals("m") ? Duration.ofMinutes(amount) : Duration.ofSeconds(amount);
    }

    private static OptionalDouble percent(String setting, String value) {
        if (value.equals("off")) {
            return OptionalDouble.empty();
        }
        Matcher percent = PERCENT.matcher(value);
        if (!percent.matches()) {
            throw unreadable(setting);
        }
        return OptionalDouble.of(Double.parseDouble(percent.group(1)));
    }

    private static IllegalArgumentException unreadable(String setting) {
        return new IllegalArgumentException(
                "guard: '" + setting + "' (expected: " + EXPECTED + ")");
    }

    /** For people. */
    @Override
    public String toString() {
        return "each batch ready and in sync within "
                + seconds(ready)
                + (successPercent.isPresent()
                        ? "; then for "
                                + seconds(watch)
                                + " at least "
                                + Percent.text(successPercent.getAsDouble())
                                + " of its requests succeed"
                        : "; how its requests fare is not watched");
    }

    private static String seconds(Duration duration) {
        return duration.toSeconds() + " s";
    }
}
