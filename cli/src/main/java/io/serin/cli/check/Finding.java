// SPDX-License-Identifier: Apache-2.0
package io.serin.cli.check;

import java.util.List;

/** What came of a check. */
public sealed interface Finding {

    /** For people. */
    String sentence();

    /** One thing that is not as it should be, and what to do about it. */
    record Flaw(String what, String fix) {}

    record Fine(String sentence) implements Finding {}

    /** Works, and may surprise. */
    record Warning(String sentence, List<Flaw> flaws) implements Finding {
        public Warning {
            flaws = List.copyOf(flaws);
        }
    }

    /** Does not work. */
    record Problem(String sentence, List<Flaw> flaws) implements Finding {
        public Problem {
            flaws = List.copyOf(flaws);
        }
    }

    /** Nobody knows: the sentence says what was missing. */
    record Skipped(String sentence) implements Finding {}

    /** A problem where there are flaws. */
    static Finding problem(List<Flaw> flaws, String bad, String good) {
        return flaws.isEmpty() ? new Fine(good) : new Problem(bad, flaws);
    }

    /** A warning where there are flaws. */
    static Finding warning(List<Flaw> flaws, String bad, String good) {
        return flaws.isEmpty() ? new Fine(good) : new Warning(bad, flaws);
    }

    default List<Flaw> flaws() {
        return switch (this) {
            case Warning warning -> warning.flaws;
            case Problem problem -> problem.flaws;
            case Fine _, Skipped _ -> List.of();
        };
    }
}
