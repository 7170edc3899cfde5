// SPDX-License-Identifier: Apache-2.0
package io.serin.proxy.redirect;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The program {@code nft}, which talks to the kernel. */
final class Nft {

    private final List<String> command;

    /**
     * Wraps the program.
     *
     * @param command how it is called, e.g. {@code nft}
     */
    Nft(List<String> command) {
        this.command = List.copyOf(command);
    }

    /** A table as it stands; empty where there is none. */
    Optional<String> list(Family family) throws IOException {
        Outcome outcome =
                run(List.of("-y", "-u", "list", "table", family.nft(), NftTable.NAME), "");
        return outcome.code == 0 ? Optional.of(outcome.output) : Optional.empty();
    }

    /**
     * Does all that the text says, or nothing.
     *
     * @throws IOException when it can't be done; says what nft said
     */
    void apply(String text) throws IOException {
        Outcome outcome = run(List.of("-f", "-"), text);
        if (outcome.code != 0) {
            throw new IOException("nft failed: " + outcome.output.strip());
        }
    }

    private record Outcome(int code, String output) {}

    private Outcome run(List<String> args, String input) throws IOException {
        List<String> all = new ArrayList<>(command);
        all.addAll(args);
        Process nft = new ProcessBuilder(all).redirectErrorStream(true).start();
        try {
            try (OutputStream to = nft.getOutputStream()) {
                to.write(input.getBytes(StandardCharsets.UTF_8));
            }
            // It says nothing before it has read everything, so neither waits for the other.
            String output = new String(nft.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return new Outcome(nft.waitFor(), output);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while nft ran", e);
        }
    }
}
