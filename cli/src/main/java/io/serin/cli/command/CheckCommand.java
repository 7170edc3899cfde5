// SPDX-License-Identifier: Apache-2.0
package io.serin.cli.command;

import io.serin.api.name.Revision;
import io.serin.cli.check.Checkup;
import io.serin.cli.check.ClusterFacts;
import io.serin.cli.check.Report;
import io.serin.cli.check.Scope;
import io.serin.cli.check.Survey;
import io.serin.cli.client.CliFault;
import io.serin.cli.client.ExitCode;
import io.serin.kube.Kube;
import java.time.InstantSource;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "check",
        description = {
            "Looks at everything that has to be right, and says what to do where it is not.",
            "Nothing is changed. Each check has its section in docs/check.md."
        },
        footer = {
            "",
            "Exit codes: 0 all is well, warnings aside; 2 problems found; 1 nothing could be asked.",
            "",
            "Examples:",
            "  serin check --pre             may a revision be installed here?",
            "  serin check",
            "  serin check --revision 1-0 --namespace shop -o short",
            "  serin check --to 1-1          is everything ready for serin upgrade --to 1-1?"
        })
final class CheckCommand implements Callable<Integer> {

    @Mixin private final ClusterOptions cluster = new ClusterOptions();

    @Option(
            names = "--pre",
            description = "Only what has to be right before anything is installed.")
    private boolean pre;

    @Option(
            names = "--revision",
            paramLabel = "NAME",
            description = "Only this revision, and who is on it.")
    private Optional<String> revision = Optional.empty();

    @Option(
            names = {"-n", "--namespace"},
            paramLabel = "NAME",
            description = "Only the workloads of this namespace; repeatable.")
    private Set<String> namespaces = Set.of();

    @Option(
            names = "--to",
            paramLabel = "NAME",
            description = "Also whether workloads are ready for an upgrade to this revision.")
    private Optional<String> target = Optional.empty();

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FORMAT",
            defaultValue = "table",
            description = "table, short (what is not well) or json")
    private Report.Form form = Report.Form.TABLE;

    @Override
    public Integer call() {
        Scope scope = scope();
        try (Kube kube = connect()) {
            ClusterFacts facts = new Survey(kube, InstantSource.system()).read(scope);
            Checkup checkup = Checkup.of(facts, scope);
            System.out.print(Report.of(checkup, form));
            if (checkup.isUnreachable()) {
                return ExitCode.FAILED;
            }
            return checkup.problems() > 0 ? ExitCode.PROBLEMS : ExitCode.OK;
        }
    }

    /** Not a mistake in what was typed: scripts have to see that nothing was looked at. */
    private Kube connect() {
        try {
            return cluster.connect();
        } catch (IllegalArgumentException unusable) {
            throw CliFault.failed(
                    "nothing could be asked: " + unusable.getMessage(),
                    "give another one: --kubeconfig FILE, --context NAME");
        }
    }

    private Scope scope() {
        if (!pre) {
            return new Scope(
                    revision.map(name -> new Revision(name).value()),
                    namespaces,
                    target.map(name -> new Revision(name).value()));
        }
        if (revision.isPresent() || target.isPresent() || !namespaces.isEmpty()) {
            throw CliFault.usage(
                    "--pre looks at what is there before any revision (expected: neither --revision"
                            + " nor --namespace nor --to)",
                    "");
        }
        return Scope.PRE;
    }
}
