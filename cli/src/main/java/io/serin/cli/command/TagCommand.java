// SPDX-License-Identifier: Apache-2.0
package io.serin.cli.command;

import io.serin.api.name.Revision;
import io.serin.api.name.Tag;
import io.serin.cli.client.CliFault;
import io.serin.cli.client.Counted;
import io.serin.cli.client.ExitCode;
import io.serin.cli.client.Interruption;
import io.serin.cli.client.Person;
import io.serin.cli.client.TagPlan;
import io.serin.cli.client.TagState;
import io.serin.cli.client.Tags;
import io.serin.cli.render.Answer;
import io.serin.cli.render.Format;
import io.serin.kube.Kube;
import io.serin.kube.read.ClusterReader;
import io.serin.rollout.cluster.KubeCluster;
import io.serin.rollout.run.Claims;
import io.serin.rollout.run.Time;
import java.time.Duration;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "tag",
        description = {
            "Names for revisions that can be moved: a namespace labelled istio.io/rev=TAG follows.",
            "Pods that run stay as they are; what changes is what their next start brings."
        })
final class TagCommand {

    private static final List<String> COLUMNS =
            List.of("TAG", "REVISION", "NAMESPACES", "PREVIOUS", "CHANNEL");
    private static final List<String> AFFECTED =
            List.of("NAMESPACE", "POD", "WORKLOAD", "RUNS ON", "NEXT START", "THEN");

    /** What each of the commands that change something is asked for. */
    static final class Change {

        @Mixin private final ClusterOptions cluster = new ClusterOptions();

        @Parameters(paramLabel = "TAG", description = "The tag's name: prod.")
        private String tag = "";

        @Option(
                names = "--dry-run",
                description = "Shows which pods it would concern, and changes nothing.")
        private boolean dryRun;

        @Option(
                names = {"-y", "--yes"},
                description = "Does not ask.")
        private boolean yes;

        @Option(
                names = "--timeout",
                paramLabel = "SECONDS",
                defaultValue = "30",
                converter = Seconds.class,
                description = "How long to wait for the revision to inject; ${DEFAULT-VALUE}.")
        private Duration timeout = Duration.ZERO;
    }

    /** What is planned, by the cluster as it is. */
    private interface Planning {
        TagPlan plan(Tags tags, Tag tag);
    }

    @Command(
            name = "set",
            description = {
                "Points a tag to a revision, in one step, when that revision is proven to inject.",
                "Tag default is what namespaces labelled istio-injection=enabled ask for."
            },
            footer = {
                "",
                "Examples:",
                "  serin tag set prod --revision 1-0",
                "  serin tag set prod --revision 1-1 --overwrite --dry-run"
            })
    int set(
            @Mixin Change change,
            @Option(
                            names = "--revision",
                            required = true,
                            paramLabel = "NAME",
                            description = "Where it is to point to.")
                    String revision,
            @Option(
                            names = "--overwrite",
                            description = "Also when it points to another revision now.")
                    boolean overwrite) {
        Revision target = new Revision(revision);
        return carryOut(
                change,
                "serin tag set "
                        + change.tag
                        + " --revision "
                        + revision
                        + (overwrite ? " --overwrite" : ""),
                overwrite,
                (tags, tag) -> tags.planSet(tag, target, overwrite));
    }

    @Command(name = "undo", description = "Points a tag to where it pointed before.")
    int undo(@Mixin Change change) {
        return carryOut(change, "serin tag undo " + change.tag, true, Tags::planUndo);
    }

    @Command(
            name = "remove",
            description = {
                "Removes a tag. Pods made then in namespaces that name it get no sidecar."
            })
    int remove(@Mixin Change change) {
        return carryOut(change, "serin tag remove " + change.tag, true, Tags::planRemove);
    }

    @Command(
            name = "list",
            description = {
                "Lists tags, where they point to, and the namespaces that name them.",
                "Revisions without a tag follow, with the namespaces that name them."
            })
    int list(@Mixin ClusterOptions cluster, @Mixin OutputOptions output) {
        Format format = output.format();
        try (Kube kube = cluster.connect()) {
            List<TagState> states = TagState.of(new ClusterReader(kube));
            List<List<String>> rows =
                    states.stream()
                            .map(state ->
                                    Answer.row(
                                            Answer.orDash(state.tag()),
                                            state.revision()
                                                    + (state.installed() ? "" : " (MISSING)"),
                                            Answer.orDash(String.join(",", state.namespaces())),
                                            Answer.orDash(state.previous()),
                                            Answer.orDash(state.channel())))
                            .toList();
            System.out.print(Answer.of(format, "tags", states, COLUMNS, rows));
        }
        return 0;
    }

    /**
     * Shows a plan, asks, and does it.
     *
     * @param again whether to do it where the tag is so already: what is amiss is mended
     */
    private static int carryOut(Change change, String typed, boolean again, Planning planning) {
        Tag tag = new Tag(change.tag);
        try (Kube kube = change.cluster.connect()) {
            Tags tags = new Tags(kube, missing -> System.err.println("waiting for " + missing));
            TagPlan plan = planning.plan(tags, tag);
            show(plan);
            if (change.dryRun) {
                System.out.println("nothing was changed: --dry-run");
                return 0;
            }
            if (plan.isDone() && !again) {
                System.out.printf("tag %s points to revision %s already%n", tag, plan.to());
                return 0;
            }
            checkNobodyMoves(kube, plan);
            boolean isFelt =
                    !plan.pods().isEmpty() || plan.to().isEmpty() && !plan.namespaces().isEmpty();
            if (isFelt && !change.yes) {
                Consent.ask("go on?", "nothing was changed", typed + " --yes");
            }
            try (var _ = Interruption.ofThisThread()) {
                return carryOut(tags, plan, change.timeout);
            }
        }
    }

    private static int carryOut(Tags tags, TagPlan plan, Duration patience) {
        try {
            tags.carryOut(plan, patience);
        } catch (RuntimeException fault) {
            if (!Thread.currentThread().isInterrupted()) {
                throw fault;
            }
            // At once: the program ends as soon as this is left.
            System.err.println(
                    (fault instanceof CliFault known
                                    ? known.getMessage()
                                    : "interrupted, and not all is done")
                            + "; to have all of it: "
                            + typedAgain(plan));
            return ExitCode.FAILED;
        }
        conclude(plan);
        return ExitCode.OK;
    }

    /** Not undo: where that has moved the tag, it would move it forth again. */
    private static String typedAgain(TagPlan plan) {
        return plan.to().isEmpty()
                ? "serin tag remove " + plan.tag()
                : "serin tag set " + plan.tag() + " --revision " + plan.to() + " --overwrite";
    }

    /** A rollout counts on a tag's staying where it is, and may be about to move it itself. */
    private static void checkNobodyMoves(Kube kube, TagPlan plan) {
        new Claims(new KubeCluster(kube), Time.system(), Person.holder())
                .obstacle(plan.felt())
                .ifPresent(other -> {
                    throw CliFault.failed("nothing was changed: " + other.what(), other.remedy());
                });
    }

    private static void show(TagPlan plan) {
        System.out.printf(
                "tag %s: %s -> %s%n",
                plan.tag(), Answer.orDash(plan.from()), Answer.orDash(plan.to()));
        System.out.printf(
                "namespaces that name it: %s%n",
                Answer.orDash(String.join(", ", plan.namespaces())));
        if (plan.pods().isEmpty()) {
            System.out.println("no pod's next start changes");
            return;
        }
        System.out.printf(
                "what the next start of %s brings changes:%n",
                Counted.of(plan.pods().size(), "pod", "pods"));
        System.out.print(
                Answer.table(
                        AFFECTED,
                        plan.pods().stream()
                                .map(pod ->
                                        Answer.row(
                                                pod.namespace(),
                                                pod.pod(),
                                                pod.workload(),
                                                Answer.orDash(pod.on()),
                                                Answer.orDash(pod.before()),
                                                Answer.orDash(pod.after())))
                                .toList()));
    }

    private static void conclude(TagPlan plan) {
        if (plan.to().isEmpty()) {
            System.out.printf("tag %s is gone%n", plan.tag());
            return;
        }
        System.out.printf("tag %s points to revision %s%n", plan.tag(), plan.to());
        if (!plan.pods().isEmpty()) {
            System.out.println("next, pods that run stay as they are until they are restarted:");
            plan.pods().stream()
                    .map(TagPlan.AffectedPod::namespace)
                    .distinct()
                    .sorted()
                    .forEach(namespace ->
                            System.out.printf(
                                    "  kubectl rollout restart deployment -n %s%n", namespace));
        } else if (plan.namespaces().isEmpty()) {
            System.out.println("next, bind a namespace to it:");
            System.out.printf(
                    "  kubectl label namespace NAME istio-injection- istio.io/rev=%s --overwrite%n",
                    plan.tag());
        }
    }
}
