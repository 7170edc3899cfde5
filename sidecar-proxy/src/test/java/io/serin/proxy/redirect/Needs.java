// SPDX-License-Identifier: Apache-2.0
package io.serin.proxy.redirect;

import static org.assertj.core.api.Assumptions.assumeThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** What tests that redirect traffic need of the machine. They are skipped, by name, without it. */
public final class Needs {

    private Needs() {}

    /** Root, {@code ip} and {@code nft}. */
    public static void redirection() {
        assumeThat(System.getProperty("user.name")).as("needs root").isEqualTo("root");
        for (String program : new String[] {"ip", "nft"}) {
            assumeThat(onPath(program)).as("needs %s in PATH", program).isTrue();
        }
    }

    private static boolean onPath(String program) {
        return Stream.of(System.getenv().getOrDefault("PATH", "").split(":"))
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
    }
}
