// SPDX-License-Identifier: Apache-2.0
package io.serin.cli.client;

import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Which of the known words somebody may have meant. Pure. */
final class Nearest {

    private Nearest() {}

    /** Empty where none is near enough to be what was meant; one in another section is. */
    static Optional<String> of(String written, List<String> known) {
        Optional<String> elsewhere =
                known.stream().filter(word -> written.endsWith("." + word)).findFirst();
        return elsewhere.isPresent() ? elsewhere : byDistance(written, known);
    }

    private static Optional<String> byDistance(String written, List<String> known) {
        return known.stream()
                .min(Comparator.comparingInt(word -> distance(written, word)))
                .filter(word -> distance(written, word) <= Math.max(2, word.length() / 3));
    }

    /** Levenshtein's, case aside. */
    static int distance(String one, String other) {
        String a = one.toLowerCase(Locale.ROOT);
        String b = other.toLowerCase(Locale.ROOT);
        int[] row = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int replaced = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(replaced, 1 + Math.min(row[j], row[j - 1]));
            }
        }
        return row[b.length()];
    }
}
