// SPDX-License-Identifier: Apache-2.0
package io.serin.cli.command;

import io.serin.cli.client.CliFault;
import io.serin.cli.client.NamespaceState;
import io.serin.cli.render.Answer;
import io.serin.cli.render.Format;
import io.serin.kube.Kube;
import io.serin.kube.read.ClusterReader;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(name = "namespace", description = "Looks at what a namespace gets.")
final class NamespaceCommand {

    private static final List<String> WEBHOOKS =
            List.of("CONFIGURATION", "WEBHOOK", "REVISION", "MATCHES", "REASON");
    private static final List<String> PODS =
            List.of("POD", "WORKLOAD", "RUNS ON", "NEXT START", "STATE");

    @Command(
            name = "show",
            description = {
                "Shows a namespace's labels, who would inject a pod made now and why, and what runs.",
                "Exit code 1 where more than one webhook would inject it."
            },
            footer = {
                "",
                "Examples:",
                "  serin namespace show shop",
                "  serin namespace show shop --pod-labels sidecar.istio.io/inject=true"
            })
    int show(
            @Mixin ClusterOptions cluster,
            @Parameters(paramLabel = "NAME", description = "The namespace.") String name,
            @Option(
                            names = "--pod-labels",
                            paramLabel = "KEY=VALUE",
                            split = ",",
                            description = "Of the pod that the webhooks are asked about.")
                    Map<String, String> podLabels,
            @Mixin OutputOptions output) {
        Format format = output.format();
        NamespaceState state;
        try (Kube kube = cluster.connect()) {
            state =
                    NamespaceState.of(
                            new ClusterReader(kube),
                            name,
                            podLabels == null ? Map.of() : podLabels);
        }
        if (format == Format.table) {
            show(state);
        } else {
            System.out.print(Answer.of(format, "namespace", state));
        }
        if (state.injectedBy().size() > 1) {
            throw CliFault.failed(
                    "namespace "
                            + name
                            + ": "
                            + state.injectedBy().size()
                            + " webhooks match one pod (expected: at most one)",
                    "remove one of them, or the tag that it is of: serin tag list");
        }
        return 0;
    }

    private static void show(NamespaceState state) {
        System.out.printf("namespace:   %s%n", state.namespace());
        System.out.printf("labels:      %s%n", labels(state.labels()));
        System.out.printf(
                "asks for:    %s%s%n",
                Answer.orDash(state.asks()),
                state.asks().equals(state.revision()) ? "" : ", which is " + state.revision());
        System.out.printf(
                "a new pod%s gets: %s%n",
                state.podLabels().isEmpty() ? "" : " with " + labels(state.podLabels()),
                state.injectedBy().isEmpty()
                        ? "no sidecar"
                        : "a sidecar of revision " + String.join(" and of ", state.injectedBy()));
        state.notes().forEach(note -> System.out.println("NOTE: " + note));
        System.out.println();
        System.out.print(
                Answer.table(
                        WEBHOOKS,
                        state.webhooks().stream()
                                .map(it ->
                                        Answer.row(
                                                it.configuration(),
                                                it.webhook(),
                                                it.revision(),
                                                it.matches() ? "yes" : "no",
                                                Answer.orDash(it.reason())))
                                .toList()));
        System.out.println();
        System.out.printf(
                "pods by revision: %s%n",
                state.podsByRevision().isEmpty()
                        ? "there are none"
                        : state.podsByRevision().entrySet().stream()
                                .map(it -> it.getKey() + ": " + it.getValue())
                                .collect(Collectors.joining(", ")));
        if (!state.pods().isEmpty()) {
            System.out.print(
                    Answer.table(
                            PODS,
                            state.pods().stream()
                                    .map(it ->
                                            Answer.row(
                                                    it.pod(),
                                                    it.workload(),
                                                    Answer.orDash(it.on()),
                                                    Answer.orDash(it.next()),
                                                    it.state()))
                                    .toList()));
        }
    }

    private static String labels(Map<String, String> labels) {
        return labels.isEmpty()
                ? "-"
                : labels.entrySet().stream()
                        .map(it -> it.getKey() + "=" + it.getValue())
                        .collect(Collectors.joining(", "));
    }
}
