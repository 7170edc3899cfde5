// SPDX-License-Identifier: Apache-2.0
package io.serin.cli.command;

import io.serin.cli.client.CliFault;
import io.serin.kube.Kube;
import io.serin.rollout.plan.BatchSize;
import io.serin.rollout.plan.Rollbacks;
import io.serin.rollout.run.Guards;
import io.serin.rollout.run.OnFailure;
import io.serin.rollout.run.Rollout;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "rollback",
        description = {
            "Undoes the last upgrade, finished or not: labels as they were, and restarts.",
            "What was ended in the middle goes on when it is typed again.",
            "With --live nothing is restarted: it undoes serin upgrade --live, of all namespaces"
                    + " that were moved so."
        },
        footer = {
            "",
            "Examples:",
            "  serin rollback --dry-run",
            "  serin rollback --namespace shop --yes",
            "  serin rollback --live"
        })
final class Rollback implements Callable<Integer> {

    private static final Guards GUARDS = Guards.DEFAULT.withoutRequests();

    @Mixin private final ClusterOptions cluster = new ClusterOptions();

    @Mixin private final RolloutOptions options = new RolloutOptions();

    @Option(names = "--live", description = "Brings running proxies back, and restarts nothing.")
    private boolean live;

    @Option(
            names = "--timeout",
            paramLabel = "SECONDS",
            converter = Seconds.class,
            description =
                    "With --live: how long to wait for all. Default: "
                            + LiveMove.PATIENCE_SECONDS
                            + ".")
    private Optional<Duration> timeout = Optional.empty();

    @Override
    public Integer call() {
        if (live) {
            if (options.dryRun()) {
                throw CliFault.usage(
                        "--live goes back to what is written on the namespace (expected: no"
                                + " --dry-run)",
                        "see where proxies are and should be: serin proxy status");
            }
            options.checkLive();
            return LiveMove.rollBack(
                    cluster, options.namespaces(), LiveMove.patience(timeout), options.yes());
        }
        if (timeout.isPresent()) {
            throw CliFault.usage(
                    "--timeout: how long proxies may take to return (expected: --live with it)",
                    "");
        }
        BatchSize batch = BatchSize.parse(options.batch());
        String command =
                "serin rollback"
                        + String.join(
                                "",
                                options.namespaces().stream()
                                        .map(name -> " --namespace " + name)
                                        .toList());
        try (Kube kube = cluster.connect()) {
            Rollout rollout = options.rollout(kube, GUARDS, OnFailure.STOP);
            return options.run(
                    rollout,
                    rollout.plan(new Rollbacks.Request(options.namespaces(), batch, Instant.now())),
                    command,
                    GUARDS.toString(),
                    "mend it and go on: " + command);
        }
    }
}
