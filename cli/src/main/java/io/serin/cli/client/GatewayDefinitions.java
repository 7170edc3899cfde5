// SPDX-License-Identifier: Apache-2.0
package io.serin.cli.client;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/** The Gateway API's definitions that a person has, as the environment names them. */
public final class GatewayDefinitions {

    private static final String VARIABLE = "GATEWAY_API_CRDS";

    private GatewayDefinitions() {}

    /**
     * Where they are; empty when nothing is named.
     *
     * @return a file or a folder that can be read, or an {@linkplain #isAddress address}
     * @throws CliFault when it is neither
     */
    public static Optional<String> named(Map<String, String> environment) {
        Optional<String> named =
                Optional.ofNullable(environment.get(VARIABLE)).filter(held -> !held.isEmpty());
        named.filter(where -> !isAddress(where) && !Files.isReadable(Path.of(where)))
                .ifPresent(where -> {
                    throw CliFault.usage(
                            VARIABLE
                                    + "="
                                    + where
                                    + " can't be read (expected: a file or a folder of YAML with the"
                                    + " Gateway API's definitions, or an address of one)",
                            "name one that is there, or none: unset " + VARIABLE);
                });
        return named;
    }

    /** Whether it is to be fetched, such as {@code https://example.org/routes.yaml}. */
    public static boolean isAddress(String where) {
        return where.contains("://");
    }
}
