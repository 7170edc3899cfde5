// SPDX-License-Identifier: Apache-2.0
package io.serin.cli.command;

import io.serin.cli.client.CliFault;
import io.serin.cli.client.Counted;
import io.serin.cli.client.ExitCode;
import io.serin.cli.client.Interruption;
import io.serin.cli.client.Person;
import io.serin.cli.client.ReturningTags;
import io.serin.cli.client.Tags;
import io.serin.cli.render.Format;
import io.serin.cli.render.RolloutText;
import io.serin.kube.Kube;
import io.serin.rollout.cluster.KubeCluster;
import io.serin.rollout.fact.ClusterGone;
import io.serin.rollout.plan.Plan;
import io.serin.rollout.plan.Plan.OfNamespace;
import io.serin.rollout.plan.Planning;
import io.serin.rollout.run.Guards;
import io.serin.rollout.run.OnFailure;
import io.serin.rollout.run.Outcome;
import io.serin.rollout.run.Rollout;
import io.serin.rollout.run.RolloutEvent;
import io.serin.rollout.run.Time;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.stream.Collectors;
import picocli.CommandLine.Option;

/** What moves and their way back have in common: shown first, asked, then done. */
final class RolloutOptions {

    @Option(
            names = {"-n", "--namespace"},
            paramLabel = "NAME",
            description = "Only this one; repeatable.")
    private List<String> namespaces = List.of();

    @Option(
            names = "--batch",
            paramLabel = "SIZE",
            description =
                    "How many workloads restart at once: a number, or a share as 20%%. Default: one"
                            + " after the other.")
    private String batch = "1";

    @Option(names = "--dry-run", description = "Shows the plan and changes nothing.")
    private boolean dryRun;

    @Option(
            names = {"-y", "--yes"},
            description = "Does not ask.")
    private boolean yes;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FORMAT",
            defaultValue = "table",
            description = "table, or json: one object a line")
    private Format format = Format.table;

    List<String> namespaces() {
        return namespaces;
    }

    String batch() {
        return batch;
    }

    /** Refuses what means nothing where nothing is restarted. */
    void checkLive() {
        if (!batch.equals("1") || format != Format.table) {
            throw CliFault.usage(
                    "--live restarts nothing (expected: neither --batch nor --output)", "");
        }
    }

    boolean dryRun() {
        return dryRun;
    }

    boolean yes() {
        return yes;
    }

    /** In this person's name. */
    Rollout rollout(Kube kube, Guards guards, OnFailure onFailure) {
        KubeCluster cluster = new KubeCluster(kube);
        Tags tags = new Tags(kube, missing -> System.err.println("  waiting for " + missing));
        return new Rollout(
                cluster,
                Time.system(),
                guards,
                onFailure,
                Person.holder(),
                new ReturningTags(cluster, tags),
                this::tell);
    }

    /** For people in lines of words, for programs in lines of JSON. */
    private void tell(RolloutEvent event) {
        if (format == Format.json) {
            System.out.println(RolloutText.tree(event));
        } else if (event instanceof RolloutEvent.Waiting) {
            System.err.println(RolloutText.line(event));
        } else {
            System.out.println(RolloutText.line(event));
        }
    }

    /**
     * Shows, asks, does.
     *
     * @param command what was typed, to be typed again
     * @param guards in words
     * @param wayBack what to do when it has stopped
     */
    int run(Rollout rollout, Planning planning, String command, String guards, String wayBack) {
        if (format == Format.yaml) {
            throw CliFault.usage("-o yaml: (expected: table or json)", "");
        }
        return switch (planning) {
            case Planning.Refused refused ->
                    throw CliFault.failed(
                            "nothing was changed: "
                                    + refused.problems().stream()
                                            .map(Planning.Problem::what)
                                            .collect(Collectors.joining("\n  ")),
                            refused.problems().stream()
                                    .map(Planning.Problem::remedy)
                                    .distinct()
                                    .collect(Collectors.joining("\n  ")));
            case Planning.NothingToDo nothing -> {
                System.out.println("nothing to do: " + nothing.reason());
                yield ExitCode.OK;
            }
            case Planning.Planned planned -> run(rollout, planned.plan(), command, guards, wayBack);
        };
    }

    private int run(Rollout rollout, Plan plan, String command, String guards, String wayBack) {
        if (format == Format.json) {
            System.out.println(RolloutText.tree(plan));
        } else {
            System.out.print(RolloutText.plan(plan, guards));
        }
        if (dryRun) {
            return ExitCode.OK;
        }
        rollout.obstacle(plan)
                .ifPresent(other -> {
                    throw CliFault.failed("nothing was changed: " + other.what(), other.remedy());
                });
        confirm(plan, command);
        try (var _ = Interruption.ofThisThread()) {
            return carryOut(rollout, plan, command, wayBack);
        }
    }

    private static int carryOut(Rollout rollout, Plan plan, String command, String wayBack) {
        try {
            return switch (rollout.run(plan)) {
                case Outcome.Done _ -> ExitCode.OK;
                case Outcome.Stopped stopped ->
                        throw CliFault.failed(
                                "stopped in namespace "
                                        + stopped.namespace()
                                        + ": "
                                        + stopped.reason(),
                                wayBack);
                case Outcome.Yielded yielded ->
                        throw CliFault.failed(yielded.reason(), yielded.remedy());
                case Outcome.WentBack back ->
                        throw CliFault.failed(
                                "went back, since in namespace "
                                        + back.namespace()
                                        + " "
                                        + back.reason(),
                                "all is as it was before");
            };
        } catch (ClusterGone gone) {
            throw new CliFault(
                    ExitCode.TIMED_OUT,
                    "the API server stays away: " + gone.reason(),
                    "it goes on where it was, when it is typed again: " + command);
        } catch (CancellationException interrupted) {
            // At once: the program ends as soon as this is left.
            System.err.println(
                    "interrupted; it goes on where it was, when it is typed again: " + command);
            return ExitCode.FAILED;
        }
    }

    private void confirm(Plan plan, String command) {
        if (yes) {
            return;
        }
        int workloads =
                plan.namespaces().stream()
                        .map(OfNamespace::batches)
                        .flatMap(List::stream)
                        .mapToInt(List::size)
                        .sum();
        Consent.ask(
                "restart " + Counted.of(workloads, "workload?", "workloads?"),
                "nothing was changed",
                command + " --yes");
    }
}
