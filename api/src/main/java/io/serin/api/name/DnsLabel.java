// SPDX-License-Identifier: Apache-2.0
package io.serin.api.name;

import java.util.regex.Pattern;

/** Checks RFC 1123 labels, the form of most Kubernetes names. */
final class DnsLabel {

    private static final Pattern LABEL = Pattern.compile("[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?");

    private DnsLabel() {}

    static String check(String what, String value) {
        if (!LABEL.matcher(value).matches()) {
            throw new IllegalArgumentException(
                    what
                            + ": '"
                            + value
                            + "' (expected: a DNS label, 1 to 63 of a-z, 0-9 and '-', "
                            + "not starting or ending with '-')");
        }
        return value;
    }
}
