// SPDX-License-Identifier: Apache-2.0
package io.serin.cli.command;

import io.serin.cli.client.RevisionState;
import io.serin.cli.render.Answer;
import io.serin.cli.render.Format;
import io.serin.kube.Kube;
import io.serin.kube.read.ClusterReader;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(name = "revision", description = "Looks at the revisions of the control plane.")
final class RevisionCommand {

    private static final List<String> COLUMNS =
            List.of("REVISION", "READY", "WEBHOOKS", "NAMESPACES", "PROXIES", "PENDING");

    @Command(
            name = "list",
            description = {
                "Lists revisions, who is on them, and who should be but is not yet.",
                "READY is MISSING where a namespace names a revision that is not installed."
            })
    int list(
            @Mixin ClusterOptions cluster,
            @Option(
                            names = {"-o", "--output"},
                            defaultValue = "table",
                            description = "table, json or yaml")
                    Format format) {
        try (Kube kube = cluster.connect()) {
            List<RevisionState> states = RevisionState.of(new ClusterReader(kube));
            List<List<String>> rows =
                    states.stream()
                            .map(state ->
                                    Answer.row(
                                            state.revision(),
                                            state.ready(),
                                            state.webhooks() ? "yes" : "no",
                                            Answer.orDash(String.join(",", state.namespaces())),
                                            state.proxies(),
                                            state.pending()))
                            .toList();
            System.out.print(Answer.of(format, "revisions", states, COLUMNS, rows));
        }
        return 0;
    }
}
