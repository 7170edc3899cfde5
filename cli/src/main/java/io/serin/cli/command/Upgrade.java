// SPDX-License-Identifier: Apache-2.0
package io.serin.cli.command;

import io.serin.api.name.Revision;
import io.serin.cli.client.CliFault;
import io.serin.cli.render.Format;
import io.serin.kube.Kube;
import io.serin.rollout.plan.BatchSize;
import io.serin.rollout.plan.Upgrades;
import io.serin.rollout.run.Guards;
import io.serin.rollout.run.OnFailure;
import io.serin.rollout.run.Rollout;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "upgrade",
        description = {
            "Moves namespaces to a revision: relabels, restarts batch by batch, sees that all is well.",
            "What was ended in the middle goes on when it is typed again. serin rollback undoes it.",
            "With --live nothing is restarted: the running proxies go to that revision's control"
                    + " plane, then the namespace is relabelled for its future pods."
        },
        footer = {
            "",
            "Examples:",
            "  serin upgrade --to 1-1 --dry-run",
            "  serin upgrade --to 1-1 --namespace shop",
            "  serin upgrade plan --to 1-1 --namespace shop",
            "  serin upgrade --live --to 1-1 --namespace shop",
            "  serin upgrade --to 1-1 --batch 20%% --guard success-rate=99.5%% --on-failure rollback"
                    + " --yes"
        })
final class Upgrade implements Callable<Integer> {

    @Mixin private final ClusterOptions cluster = new ClusterOptions();

    @Mixin private final RolloutOptions options = new RolloutOptions();

    @Option(names = "--to", paramLabel = "REVISION", description = "Where to; it has to be ready.")
    private String to = "";

    @Option(
            names = "--guard",
            paramLabel = "NAME=VALUE",
            description =
                    "What has to hold for a batch: ready=5m, success-rate=99%% (of its requests; or"
                            + " off), watch=5s (for so long). Repeatable; these are the defaults.")
    private List<String> guards = List.of();

    @Option(
            names = "--on-failure",
            paramLabel = "WHAT",
            description =
                    "When it does not hold: stop, rollback (all of this step), or pause (until it"
                            + " does). Default: stop.")
    private OnFailure onFailure = OnFailure.STOP;

    @Option(names = "--live", description = "Moves running proxies, and restarts nothing.")
    private boolean live;

    @Option(
            names = "--timeout",
            paramLabel = "SECONDS",
            converter = Seconds.class,
            description =
                    "With --live: how long all may take to move; else they go back. Default: "
                            + LiveMove.PATIENCE_SECONDS
                            + ".")
    private Optional<Duration> timeout = Optional.empty();

    @Override
    public Integer call() {
        if (to.isEmpty()) {
            throw CliFault.usage(
                    "--to: missing (expected: a revision)",
                    "see which there are: serin revision list");
        }
        Revision revision = new Revision(to);
        return live ? live(revision) : restart(revision);
    }

    private int live(Revision revision) {
        options.checkLive();
        List<String> namespaces = options.namespaces();
        if (namespaces.isEmpty()) {
            throw CliFault.usage(
                    "--live: no namespace (expected: one or more)", "name it: --namespace NAME");
        }
        if (!guards.isEmpty() || onFailure != OnFailure.STOP) {
            throw CliFault.usage(
                    "--live restarts nothing (expected: neither --guard nor --on-failure)", "");
        }
        return LiveMove.upgrade(
                cluster,
                revision,
                namespaces,
                LiveMove.patience(timeout),
                options.dryRun(),
                options.yes());
    }

    @Command(
            name = "plan",
            description = {
                "Shows what would change in the configuration of a namespace's running proxies, if"
                        + " they were at another revision.",
                "Nothing is changed. -o json has each resource, before and after."
            },
            footer = {"", "Examples:", "  serin upgrade plan --to 1-1 --namespace shop -o yaml"})
    int plan(
            @Mixin ClusterOptions of,
            @Option(
                            names = "--to",
                            required = true,
                            paramLabel = "REVISION",
                            description = "The other revision.")
                    String other,
            @Option(
                            names = {"-n", "--namespace"},
                            required = true,
                            paramLabel = "NAME",
                            description = "Whose proxies; repeatable.")
                    List<String> namespaces,
            @Option(
                            names = {"-o", "--output"},
                            paramLabel = "FORMAT",
                            defaultValue = "table",
                            description = "table (text for people), json or yaml")
                    Format format) {
        return LiveMove.plan(of, new Revision(other), namespaces, format);
    }

    private int restart(Revision revision) {
        if (timeout.isPresent()) {
            throw CliFault.usage(
                    "--timeout: how long proxies may take to move (expected: --live with it)",
                    "how long a batch may take to be ready: --guard ready=5m");
        }
        Guards held = Guards.parse(guards);
        BatchSize batch = BatchSize.parse(options.batch());
        String command = "serin upgrade --to " + to + named();
        try (Kube kube = cluster.connect()) {
            Rollout rollout = options.rollout(kube, held, onFailure);
            return options.run(
                    rollout,
                    rollout.plan(
                            new Upgrades.Request(
                                    revision, options.namespaces(), batch, Instant.now())),
                    command,
                    held.toString(),
                    "go back: serin rollback" + named() + "; or mend it and go on: " + command);
        }
    }

    private String named() {
        return String.join(
                "", options.namespaces().stream().map(name -> " --namespace " + name).toList());
    }
}
