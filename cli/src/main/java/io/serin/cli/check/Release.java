// SPDX-License-Identifier: Apache-2.0
package io.serin.cli.check;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The part of a version that compatibility goes by. */
record Release(int major, int minor) implements Comparable<Release> {

    private static final Pattern TEXT = Pattern.compile("v?([0-9]{1,6})\\.([0-9]{1,6}).*");

    /** Of {@code v1.31.2-gke.1} or the like; empty where it is none. */
    static Optional<Release> of(String text) {
        Matcher matcher = TEXT.matcher(text);
        return matcher.matches()
                ? Optional.of(
                        new Release(
                                Integer.parseInt(matcher.group(1)),
                                Integer.parseInt(matcher.group(2))))
                : Optional.empty();
    }

    boolean isBefore(Release other) {
        return compareTo(other) < 0;
    }

    @Override
    public int compareTo(Release other) {
        int byMajor = Integer.compare(major, other.major);
        return byMajor != 0 ? byMajor : Integer.compare(minor, other.minor);
    }

    @Override
    public String toString() {
        return "v" + major + "." + minor;
    }
}
