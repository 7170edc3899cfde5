// SPDX-License-Identifier: Apache-2.0
package io.serin.cli.command;

import io.serin.cli.client.CliFault;
import io.serin.cli.local.LocalCluster;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

@Command(
        name = "local-cluster",
        description = {
            "A small Kubernetes API and one node on this machine, for demos and tests.",
            "Never for production. See docs/local-cluster.md."
        },
        footer = {
            "",
            "Examples:",
            "  serin local-cluster up                    until Ctrl-C",
            "  eval \"$(serin local-cluster env)\"         in another terminal, then: kubectl get pods -A"
        })
final class LocalClusterCommand {

    @Option(
            names = "--dir",
            paramLabel = "FOLDER",
            scope = ScopeType.INHERIT,
            description = "Where it keeps its socket, its keys and its log.")
    private @Nullable Path folder;

    @Command(name = "up", description = "Starts it, and ends it at Ctrl-C.")
    int up() {
        try (LocalCluster cluster =
                LocalCluster.start(folder(), text -> System.err.println(text))) {
            System.out.println("export KUBECONFIG=" + cluster.kubeconfig());
            System.out.flush();
            cluster.await();
        }
        return 0;
    }

    @Command(name = "env", description = "Prints what lets kubectl find the one that runs.")
    int env() {
        if (!LocalCluster.runs(folder())) {
            throw CliFault.failed(
                    "no local cluster runs in " + folder(), "start one: serin local-cluster up");
        }
        System.out.println("export KUBECONFIG=" + LocalCluster.kubeconfig(folder()));
        return 0;
    }

    private Path folder() {
        return Optional.ofNullable(folder).orElseGet(LocalCluster::defaultFolder).toAbsolutePath();
    }
}
