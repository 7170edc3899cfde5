// SPDX-License-Identifier: Apache-2.0
package io.serin.cli.command;

import io.serin.cli.client.CliFault;
import io.serin.cli.client.ExitCode;
import io.serin.kube.KubeAddress;
import io.serin.kube.KubeFault;
import io.serin.rollout.fact.ClusterGone;
import java.io.PrintWriter;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.UnmatchedArgumentException;

/** All commands, and what becomes of their faults. */
@Command(
        name = "serin",
        version = "serin 0.1.0",
        description = "Serin, a service mesh for Kubernetes with a revisioned control plane.",
        subcommands = {
            DemoCommand.class,
            Install.class,
            Uninstall.class,
            Upgrade.class,
            Rollback.class,
            RevisionCommand.class,
            TagCommand.class,
            NamespaceCommand.class,
            ProxyCommand.class,
            CheckCommand.class,
            Inject.class,
            LocalClusterCommand.class,
        },
        footer = {
            "",
            "Beside these, ./serin of the source tree has:",
            "  bench     Measures the sidecar beside HAProxy, nginx and Envoy; serin bench --help",
            "",
            "First steps:",
            "  serin demo                                see it all, on a cluster of its own",
            "  serin install --revision 1-0              install a control plane",
            "  kubectl label namespace shop istio.io/rev=1-0",
            "  serin revision list                       who is on what",
            "  serin upgrade --to 1-1 --dry-run          what a move to another revision would do",
            "  serin check                               what is not as it should be",
            "",
            "Exit codes: 0 done, 1 failed, 2 problems found, 64 usage, 65 bad file, "
                    + "69 cluster unreachable, 75 timed out."
        })
public final class SerinCommand {

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            scope = ScopeType.INHERIT,
            description = "Shows this.")
    @SuppressWarnings("UnusedVariable") // picocli itself acts on it
    private boolean help;

    @Option(
            names = {"-V", "--version"},
            versionHelp = true,
            description = "Shows the version.")
    @SuppressWarnings("UnusedVariable") // picocli itself acts on it
    private boolean version;

    @Option(
            names = {"-v", "--verbose"},
            scope = ScopeType.INHERIT,
            description = "Shows where a fault comes from.")
    private boolean verbose;

    /** Reads what was typed and does it; the exit code. */
    public static int run(String... arguments) {
        return line().execute(arguments);
    }

    /** All commands, ready to read what was typed. */
    static CommandLine line() {
        SerinCommand command = new SerinCommand();
        CommandLine line = new CommandLine(command);
        Install.listValues(Objects.requireNonNull(line.getSubcommands().get("install")));
        line.setCaseInsensitiveEnumValuesAllowed(true);
        line.setExecutionExceptionHandler(
                (fault, failed, parsed) -> command.explain(fault, failed));
        line.setParameterExceptionHandler((fault, typed) -> {
            PrintWriter err = fault.getCommandLine().getErr();
            String where = fault.getCommandLine().getCommandSpec().qualifiedName();
            // Of a value without "=" picocli says "option option".
            err.println(("serin: " + fault.getMessage()).replace("option option", "option"));
            if (fault instanceof UnmatchedArgumentException misspelt) {
                misspelt.getSuggestions().stream()
                        .findFirst()
                        .ifPresent(
                                nearest -> err.println("  did you mean: " + where + " " + nearest));
            }
            err.println("see: " + where + " --help");
            return ExitCode.USAGE;
        });
        return line;
    }

    private int explain(Exception fault, CommandLine failed) {
        PrintWriter err = failed.getErr();
        if (verbose) {
            fault.printStackTrace(err);
        }
        if (fault instanceof CliFault known) {
            err.println("serin: " + known.getMessage());
            if (!known.next().isEmpty()) {
                err.println("  " + known.next());
            }
            return known.exitCode();
        }
        if (fault instanceof IllegalArgumentException wrong) {
            err.println("serin: " + wrong.getMessage());
            return ExitCode.USAGE;
        }
        boolean stayedAway = fault instanceof ClusterGone;
        if (stayedAway || KubeFault.isUnreachable(fault)) {
            err.println(
                    "serin: the cluster can't be reached"
                            + address(failed.getCommandSpec()).map(at -> " at " + at).orElse("")
                            + ": "
                            + (stayedAway ? fault.getMessage() : KubeFault.reason(fault)));
            err.println("  see whether kubectl can: kubectl version; else give --kubeconfig FILE");
            return ExitCode.UNREACHABLE;
        }
        if (KubeFault.isUnauthorized(fault)) {
            explainUnauthorized(fault, address(failed.getCommandSpec()), err);
            return ExitCode.FAILED;
        }
        err.println("serin: " + KubeFault.reason(fault));
        return ExitCode.FAILED;
    }

    private static void explainUnauthorized(
            Exception fault, Optional<KubeAddress> address, PrintWriter err) {
        err.println(
                "serin: the credentials"
                        + address.flatMap(KubeAddress::user)
                                .map(user -> " of the kubeconfig's user '" + user + "'")
                                .orElse("")
                        + " were not accepted"
                        + address.map(at -> " by " + at).orElse("")
                        + ": "
                        + KubeFault.reason(fault));
        err.println(
                "  log in anew, until this knows you: kubectl auth whoami"
                        + address.flatMap(KubeAddress::context)
                                .map(context -> " --context " + context)
                                .orElse("")
                        + "; else give another --context NAME");
    }

    /** Of the cluster that it asked. */
    private static Optional<KubeAddress> address(CommandSpec spec) {
        return Stream.concat(
                        spec.userObject() instanceof Connected connected
                                ? connected.address().stream()
                                : Stream.empty(),
                        spec.mixins().values().stream().flatMap(mixin -> address(mixin).stream()))
                .findFirst();
    }
}
