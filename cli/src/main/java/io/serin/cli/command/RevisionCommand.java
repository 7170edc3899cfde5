// SPDX-License-Identifier: Apache-2.0
package io.serin.cli.command;

import io.serin.cli.client.RevisionDetail;
import io.serin.cli.client.RevisionState;
import io.serin.cli.render.Answer;
import io.serin.cli.render.Format;
import io.serin.kube.Kube;
import io.serin.kube.read.ClusterReader;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

@Command(name = "revision", description = "Looks at the revisions of the control plane.")
final class RevisionCommand {

    private static final List<String> COLUMNS =
            List.of(
                    "REVISION",
                    "READY",
                    "WEBHOOKS",
                    "TAGS",
                    "NAMESPACES",
                    "PROXIES",
                    "PENDING",
                    "UNMESHED");

    @Command(
            name = "list",
            description = {
                "Lists revisions, who is on them, and who should be but is not yet.",
                "READY is MISSING where a label or a tag names a revision that is not installed.",
                "PENDING counts pods that a restart brings to it, UNMESHED those of them that",
                "have no sidecar."
            })
    int list(@Mixin ClusterOptions cluster, @Mixin OutputOptions output) {
        Format format = output.format();
        try (Kube kube = cluster.connect()) {
            List<RevisionState> states = RevisionState.of(new ClusterReader(kube));
            List<List<String>> rows =
                    states.stream()
                            .map(state ->
                                    Answer.row(
                                            state.revision(),
                                            state.ready(),
                                            state.webhooks() ? "yes" : "no",
                                            Answer.orDash(String.join(",", state.tags())),
                                            Answer.orDash(String.join(",", state.namespaces())),
                                            state.proxies(),
                                            state.pending(),
                                            state.unmeshed()))
                            .toList();
            System.out.print(Answer.of(format, "revisions", states, COLUMNS, rows));
        }
        return 0;
    }

    @Command(
            name = "describe",
            description = {
                "Shows one revision, and who is on it.",
                "Its state, its webhooks, who should be on it and is not, and what its proxies refused."
            },
            footer = {
                "",
                "Examples:",
                "  serin revision describe 1-0",
                "  serin revision describe prod"
            })
    int describe(
            @Mixin ClusterOptions cluster,
            @Parameters(paramLabel = "NAME", description = "A revision, or a tag.") String name,
            @Mixin OutputOptions output) {
        Format format = output.format();
        try (Kube kube = cluster.connect()) {
            RevisionDetail detail = RevisionDetail.of(new ClusterReader(kube), name);
            if (format == Format.table) {
                show(detail);
            } else {
                System.out.print(Answer.of(format, "revision", detail));
            }
        }
        return 0;
    }

    private static void show(RevisionDetail detail) {
        RevisionState state = detail.state();
        System.out.printf("revision:    %s%n", state.revision());
        System.out.printf("ready:       %s%n", state.ready());
        System.out.printf("version:     %s%n", Answer.orDash(String.join(", ", detail.versions())));
        System.out.printf("tags:        %s%n", Answer.orDash(String.join(", ", state.tags())));
        detail.channels().forEach(channel -> System.out.printf("channel:     %s%n", channel));
        System.out.printf(
                "namespaces:  %s%n", Answer.orDash(String.join(", ", state.namespaces())));
        System.out.printf("proxies:     %d connected%n", state.proxies());
        section(
                "webhooks, and whether the API server can trust whom they call",
                List.of("CONFIGURATION", "WEBHOOK", "TAG", "CA"),
                detail.webhooks().stream()
                        .map(it ->
                                Answer.row(
                                        it.configuration(),
                                        it.webhook(),
                                        Answer.orDash(it.tag()),
                                        it.ca()))
                        .toList());
        section(
                "pods on it",
                List.of("NAMESPACE", "WORKLOAD", "PODS"),
                detail.workloads().stream()
                        .map(it -> Answer.row(it.namespace(), it.workload(), it.pods()))
                        .toList());
        section(
                "pods that ask for it and are on another: restart them",
                List.of("NAMESPACE", "POD", "WORKLOAD", "RUNS ON"),
                detail.pending().stream()
                        .map(it -> Answer.row(it.namespace(), it.pod(), it.workload(), it.on()))
                        .toList());
        section(
                "pods that ask for it and have no sidecar: restart them",
                List.of("NAMESPACE", "POD", "WORKLOAD"),
                detail.unmeshed().stream()
                        .map(it -> Answer.row(it.namespace(), it.pod(), it.workload()))
                        .toList());
        section(
                "what its proxies refused last",
                List.of("NAMESPACE", "POD", "REFUSED"),
                detail.rejections().stream()
                        .map(it -> Answer.row(it.namespace(), it.pod(), it.message()))
                        .toList());
    }

    private static void section(String title, List<String> columns, List<List<String>> rows) {
        System.out.printf("%n%s:%s%n", title, rows.isEmpty() ? " none" : "");
        if (!rows.isEmpty()) {
            System.out.print(Answer.table(columns, rows));
        }
    }
}
