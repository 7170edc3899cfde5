// SPDX-License-Identifier: Apache-2.0
package io.serin.proxy.redirect;

import java.util.Map;

/**
 * What Istio's istio-iptables reads from its environment and is not supported; refused unless it
 * asks for nothing, as a flag that is not known is.
 */
enum RedirectVariables {
    INVALID_DROP("false"),
    ISTIO_OUTBOUND_OWNER_GROUPS("*"),
    ISTIO_OUTBOUND_OWNER_GROUPS_EXCLUDE(""),
    ISTIO_OUTBOUND_IPV4_LOOPBACK_CIDR("127.0.0.1/32");

    private final String asksForNothing;

    RedirectVariables(String asksForNothing) {
        this.asksForNothing = asksForNothing;
    }

    /**
     * Checks an environment.
     *
     * @throws IllegalArgumentException when it asks for anything; names variable and value
     */
    static void check(Map<String, String> environment) {
        for (RedirectVariables variable : values()) {
            String value = environment.getOrDefault(variable.name(), "");
            String harmless = variable.asksForNothing;
            if (!value.isEmpty() && !value.equals(harmless)) {
                throw new IllegalArgumentException(
                        variable
                                + ": '"
                                + value
                                + "' (expected: "
                                + (harmless.isEmpty() ? "" : harmless + ", or ")
                                + "not to be set: it is not supported)");
            }
        }
    }
}
