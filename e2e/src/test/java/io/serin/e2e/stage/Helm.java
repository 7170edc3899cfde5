// SPDX-License-Identifier: Apache-2.0
package io.serin.e2e.stage;

import io.serin.e2e.cluster.Program;
import io.serin.e2e.cluster.Program.Ended;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A stock Helm, as typed. */
public final class Helm {

    /** Where the chart is, from the top of the tree. */
    public static final String CHART = "deploy/chart/serin-revision";

    private final String program;
    private final Path kubeconfig;

    private Helm(String program, Path kubeconfig) {
        this.program = program;
        this.kubeconfig = kubeconfig;
    }

    /** Empty where {@code e2e/helm-program} has not built it. */
    static Optional<Helm> find(Path kubeconfig) {
        Ended found = Program.run(Map.of(), "", List.of("e2e/helm-program", "--find"));
        return found.exit() == 0
                ? Optional.of(new Helm(found.out().strip(), kubeconfig))
                : Optional.empty();
    }

    /** Runs it; fails the story if it fails. The words are split at spaces. */
    public String run(String words) {
        List<String> command = new ArrayList<>(List.of(program));
        command.addAll(List.of(words.split(" ")));
        return Program.run(Map.of("KUBECONFIG", kubeconfig.toString()), "", command).orFail().out();
    }
}
