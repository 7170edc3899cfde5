// SPDX-License-Identifier: Apache-2.0
package io.serin.local.resource;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The order of versions in discovery: v2, v1, v1beta2, v1alpha1, then all others by name. */
final class Versions {

    private static final Pattern FORM = Pattern.compile("v(\\d+)(?:(alpha|beta)(\\d+))?");

    private Versions() {}

    static int compare(String a, String b) {
        Matcher left = FORM.matcher(a);
        Matcher right = FORM.matcher(b);
        if (!left.matches() || !right.matches()) {
            return left.matches() ? -1 : right.matches() ? 1 : a.compareTo(b);
        }
        int byStage = Integer.compare(stage(right), stage(left));
        if (byStage != 0) {
            return byStage;
        }
        int byMajor = Integer.compare(number(right, 1), number(left, 1));
        return byMajor != 0 ? byMajor : Integer.compare(number(right, 3), number(left, 3));
    }

    private static int stage(Matcher version) {
        String stage = version.group(2);
        return stage == null ? 2 : stage.equals("beta") ? 1 : 0;
    }

    private static int number(Matcher version, int group) {
        String digits = version.group(group);
        return digits == null ? 0 : Integer.parseInt(digits);
    }
}
