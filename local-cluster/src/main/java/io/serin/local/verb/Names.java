// SPDX-License-Identifier: Apache-2.0
package io.serin.local.verb;

import java.util.random.RandomGenerator;

/** Endings for {@code generateName}: five letters and digits that make no words. */
public final class Names {

    private static final String LETTERS = "bcdfghjklmnpqrstvwxz2456789";
    private static final int LENGTH = 5;
    private static final int MOST = 63 - LENGTH;

    private final RandomGenerator random;

    public Names(RandomGenerator random) {
        this.random = random;
    }

    public String suffix() {
        StringBuilder suffix = new StringBuilder();
        for (int i = 0; i < LENGTH; i++) {
            suffix.append(LETTERS.charAt(random.nextInt(LETTERS.length())));
        }
        return suffix.toString();
    }

    String generate(String base) {
        return (base.length() > MOST ? base.substring(0, MOST) : base) + suffix();
    }
}
