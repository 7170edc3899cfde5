// SPDX-License-Identifier: Apache-2.0
package io.serin.cli.check;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.serin.cli.check.Finding.Fine;
import io.serin.cli.check.Finding.Flaw;
import io.serin.cli.check.Finding.Problem;
import io.serin.cli.check.Finding.Skipped;
import io.serin.cli.check.Finding.Warning;
import io.serin.cli.client.Counted;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;

/** What a checkup found, for people and for programs. */
public final class Report {

    /** As many as fit on a screen; JSON has all. */
    private static final int NAMED = 10;

    private Report() {}

    /** How it is written. */
    public enum Form {
        /** All checks, by group. */
        TABLE,
        /** What is not well, a line each, and a line at the end. */
        SHORT,
        JSON
    }

    public static String of(Checkup checkup, Form form) {
        return switch (form) {
            case TABLE -> table(checkup);
            case SHORT -> brief(checkup);
            case JSON -> json(checkup).toPrettyString() + "\n";
        };
    }

    private static String table(Checkup checkup) {
        StringBuilder text = new StringBuilder();
        for (Checkup.Section section : checkup.sections()) {
            text.append(section.title()).append('\n');
            text.repeat('-', section.title().length()).append('\n');
            List<Checkup.Result> results = section.results();
            for (int i = 0; i < results.size(); ) {
                int skipped = skippedAlike(results, i);
                if (skipped > 1) {
                    // Said once: whoever reads is looking for the other lines.
                    text.append("- ")
                            .append(skipped)
                            .append(" checks skipped, ")
                            .append(results.get(i).finding().sentence())
                            .append('\n');
                    i += skipped;
                } else {
                    line(text, results.get(i));
                    i++;
                }
            }
            text.append('\n');
        }
        return text.append(status(checkup)).toString();
    }

    /** How many from here on are skipped for one and the same reason. */
    private static int skippedAlike(List<Checkup.Result> results, int from) {
        int to = from;
        while (to < results.size()
                && results.get(to).finding() instanceof Skipped
                && results.get(to).finding().equals(results.get(from).finding())) {
            to++;
        }
        return to - from;
    }

    private static void line(StringBuilder text, Checkup.Result result) {
        Finding finding = result.finding();
        text.append(sign(finding)).append(' ');
        if (finding instanceof Skipped) {
            text.append(result.check().title()).append(": skipped, ");
        }
        text.append(finding.sentence()).append('\n');
        List<Flaw> flaws = finding.flaws();
        String lastFix = "";
        for (Flaw flaw : flaws.subList(0, Math.min(NAMED, flaws.size()))) {
            text.append("    ").append(flaw.what()).append('\n');
            if (!flaw.fix().equals(lastFix)) {
                text.append("      to do: ").append(flaw.fix()).append('\n');
                lastFix = flaw.fix();
            }
        }
        if (flaws.size() > NAMED) {
            text.append("    and ")
                    .append(flaws.size() - NAMED)
                    .append(" more; -o json names all\n");
        }
        if (!flaws.isEmpty()) {
            text.append("    see ").append(result.check().docs()).append('\n');
        }
    }

    private static String sign(Finding finding) {
        return switch (finding) {
            case Fine _ -> "√";
            case Warning _ -> "‼";
            case Problem _ -> "×";
            case Skipped _ -> "-";
        };
    }

    private static String brief(Checkup checkup) {
        StringBuilder text = new StringBuilder();
        append(text, checkup, Problem.class::isInstance);
        append(text, checkup, Warning.class::isInstance);
        return text.append(status(checkup)).toString();
    }

    private static void append(StringBuilder text, Checkup checkup, Predicate<Finding> wanted) {
        for (Checkup.Section section : checkup.sections()) {
            for (Checkup.Result result : section.results()) {
                if (wanted.test(result.finding())) {
                    text.append(
                            "%s %s: %s: %s%s%n"
                                    .formatted(
                                            sign(result.finding()),
                                            result.check().id(),
                                            result.finding().sentence(),
                                            result.finding().flaws().getFirst().what(),
                                            result.finding().flaws().size() > 1
                                                    ? " (and "
                                                            + (result.finding().flaws().size() - 1)
                                                            + " more)"
                                                    : ""));
                }
            }
        }
    }

    private static String status(Checkup checkup) {
        return "status: %s, %s, %d good, %d skipped%n"
                .formatted(
                        Counted.of(checkup.problems(), "problem", "problems"),
                        Counted.of(checkup.warnings(), "warning", "warnings"),
                        checkup.fine(),
                        checkup.skipped());
    }

    private static ObjectNode json(Checkup checkup) {
        ObjectNode document = JsonNodeFactory.instance.objectNode();
        document.put("schemaVersion", 1);
        document.put("success", checkup.problems() == 0);
        var groups = document.putArray("groups");
        for (Checkup.Section section : checkup.sections()) {
            ObjectNode group = groups.addObject();
            group.put("title", section.title());
            var checks = group.putArray("checks");
            for (Checkup.Result result : section.results()) {
                Finding finding = result.finding();
                ObjectNode check = checks.addObject();
                check.put("id", result.check().id())
                        .put("title", result.check().title())
                        .put("result", finding.getClass().getSimpleName().toLowerCase(Locale.ROOT))
                        .put("sentence", finding.sentence())
                        .put("docs", result.check().docs());
                var flaws = check.putArray("flaws");
                for (Flaw flaw : finding.flaws()) {
                    flaws.addObject().put("what", flaw.what()).put("fix", flaw.fix());
                }
            }
        }
        return document;
    }
}
