// SPDX-License-Identifier: Apache-2.0
package io.serin.workload.load;

import io.serin.workload.json.Json;
import io.serin.workload.load.Tally.Counts;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** One line of JSON about one second, or about the whole run. */
final class Report {

    private Report() {}

    static String second(
            Instant now, long elapsedMillis, Counts counts, long outstanding, Counts total) {
        return line(new Json(), now, elapsedMillis, counts, outstanding, total);
    }

    /** The last line: its numbers are those of all the run. */
    static String last(Instant now, long elapsedMillis, long outstanding, Counts total) {
        Json line = new Json().flag("final", true);
        return line(line, now, elapsedMillis, total, outstanding, total);
    }

    private static String line(
            Json line,
            Instant now,
            long elapsedMillis,
            Counts counts,
            long outstanding,
            Counts total) {
        return line.text("t", now.truncatedTo(ChronoUnit.MILLIS).toString())
                .number("elapsedMillis", elapsedMillis)
                .number("sent", counts.sent())
                .number("succeeded", counts.succeeded())
                .number("failed", counts.failed())
                .number("outstanding", outstanding)
                .number("late", counts.late())
                .raw("p50Millis", decimal(counts.p50Millis()))
                .raw("p99Millis", decimal(counts.p99Millis()))
                .raw("maxMillis", decimal(counts.maxMillis()))
                .raw("versions", versions(counts.versions()))
                .raw("totals", totals(total))
                .text("lastFailure", counts.lastFailure())
                .toString();
    }

    private static String versions(Map<String, Long> versions) {
        Json json = new Json();
        new TreeMap<>(versions).forEach(json::number);
        return json.toString();
    }

    private static String totals(Counts total) {
        return new Json()
                .number("sent", total.sent())
                .number("succeeded", total.succeeded())
                .number("failed", total.failed())
                .toString();
    }

    private static String decimal(double value) {
        return String.format(Locale.ROOT, "%.1f", value);
    }
}
