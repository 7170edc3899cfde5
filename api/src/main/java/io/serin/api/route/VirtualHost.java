// SPDX-License-Identifier: Apache-2.0
package io.serin.api.route;

import java.util.List;

/**
 * The routes for some values of the Host header.
 *
 * @param domains lower case, without port: exact names, {@code *.suffix}, or {@code *} for any; at
 *     least one. The longest match wins, exact before suffix before any.
 * @param routes in the order in which they are tried; the first match wins
 */
public record VirtualHost(String name, List<String> domains, List<Route> routes) {

    /** The domain that matches every Host. */
    public static final String ANY = "*";

    public VirtualHost {
        domains = List.copyOf(domains);
        routes = List.copyOf(routes);
        if (domains.isEmpty()) {
            throw new IllegalArgumentException(
                    "virtual host " + name + ": no domains (expected: at least one, '*' for any)");
        }
    }
}
