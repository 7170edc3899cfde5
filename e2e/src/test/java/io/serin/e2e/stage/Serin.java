// SPDX-License-Identifier: Apache-2.0
package io.serin.e2e.stage;

import io.serin.e2e.cluster.Program;
import io.serin.e2e.cluster.Program.Ended;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** {@code ./serin}, as typed. */
public final class Serin {

    private final Path kubeconfig;

    Serin(Path kubeconfig) {
        this.kubeconfig = kubeconfig;
    }

    /** Runs it, however it ends; the words are split at spaces. */
    public Ended attempt(String words) {
        return Program.run(environment(), "", command(words));
    }

    /** Starts it, and leaves it to the story to end it. */
    public Process start(String words) {
        return Program.start(environment(), command(words));
    }

    private Map<String, String> environment() {
        return Map.of("KUBECONFIG", kubeconfig.toString());
    }

    private static List<String> command(String words) {
        List<String> command = new ArrayList<>(List.of("./serin"));
        command.addAll(List.of(words.split(" ")));
        return command;
    }

    /** Runs it and returns what it printed; fails the story if it fails. */
    public String run(String words) {
        return attempt(words).orFail().out();
    }
}
