// SPDX-License-Identifier: Apache-2.0
package io.serin.bench.main;

import io.serin.bench.report.Comparison;
import io.serin.bench.report.Results;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(
        name = "compare",
        mixinStandardHelpOptions = true,
        description = {
            "Says how the sidecar's figures have changed between two runs, by files of --json.",
            "",
            "Each round's figure is divided by HAProxy's of the same round, where both runs have it",
            "(else by nginx's, else Envoy's, else it is taken as it is; memory always is), so that",
            "a slower or busier machine is not mistaken for a slower sidecar.",
            "It is a regression when it is worse by more than 3 %% in the median, and beyond the",
            "spread: each run's median is outside of what the other has seen in any round."
        },
        footer = {"", "Exit codes: 0 no regression, 2 a regression, 64 a file is no good."})
final class CompareCommand implements Callable<Integer> {

    @Parameters(index = "0", paramLabel = "BEFORE", description = "JSON of the earlier run.")
    private Path before = Path.of("");

    @Parameters(index = "1", paramLabel = "AFTER", description = "JSON of the later run.")
    private Path after = Path.of("");

    @Override
    public Integer call() {
        Comparison comparison = Comparison.of(Results.read(before), Results.read(after));
        System.out.print(comparison.text());
        return comparison.hasRegression() ? BenchMain.REGRESSION : 0;
    }
}
