// SPDX-License-Identifier: Apache-2.0
package io.serin.injector.webhook;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Environment of the proxy from what follows the webhook's path, as in Istio: {@code
 * /cluster/c1/net/n1}, or in the older form {@code /:ENV:cluster=c1:ENV:net=n1}. What is not a
 * pair, or has no name that a variable may have, is dropped.
 */
final class InjectionParameters {

    private static final String OLD_MARK = ":ENV:";

    private InjectionParameters() {}

    static Map<String, String> parse(String rest) {
        String text = rest.startsWith("/") ? rest.substring(1) : rest;
        Map<String, String> environment = new LinkedHashMap<>();
        if (text.startsWith(OLD_MARK)) {
            for (String pair : text.split(OLD_MARK, -1)) {
                int equals = pair.indexOf('=');
                if (equals > 0) {
                    put(environment, pair.substring(0, equals), pair.substring(equals + 1));
                }
            }
            return environment;
        }
        List<String> parts = List.of(text.split("/", -1));
        for (int i = 0; i + 1 < parts.size(); i += 2) {
            put(environment, parts.get(i), parts.get(i + 1).replace("--slash--", "/"));
        }
        return environment;
    }

    private static void put(Map<String, String> environment, String key, String value) {
        String name =
                switch (key) {
                    case "cluster" -> "ISTIO_META_CLUSTER_ID";
                    case "net" -> "ISTIO_META_NETWORK";
                    default -> key.toUpperCase(Locale.ROOT);
                };
        if (!value.isEmpty() && name.matches("[A-Z_][A-Z0-9_]*")) {
            environment.put(name, decoded(value));
        }
    }

    private static String decoded(String value) {
        try {
            // A plus sign is one, outside of queries.
            return URLDecoder.decode(value.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException notEncoded) {
            return value;
        }
    }
}
