// SPDX-License-Identifier: Apache-2.0
package io.serin.rollout.plan;

import io.serin.api.contract.DesiredRevision;
import io.serin.api.contract.Objects;
import io.serin.api.name.Revision;
import io.serin.kube.type.KubeRevision;
import io.serin.kube.type.KubeWorkload;
import io.serin.kube.type.MarkedNamespace;
import io.serin.rollout.plan.Plan.LeftAlone;
import io.serin.rollout.plan.Plan.OfNamespace;
import io.serin.rollout.plan.Planning.Problem;
import io.serin.rollout.plan.Written.Phase;
import io.serin.rollout.plan.Written.Verb;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Plans the move of namespaces to a revision. */
public final class Upgrades {

    private final Request request;
    private final Facts facts;
    private final List<Problem> problems = new ArrayList<>();

    private Upgrades(Request request, Facts facts) {
        this.request = request;
        this.facts = facts;
    }

    /**
     * What is asked for.
     *
     * @param namespaces empty for all that a revision's label binds, and those without one that
     *     follow the default; but for those that are being deleted
     * @param now the name of a new step
     */
    public record Request(Revision to, List<String> namespaces, BatchSize batch, Instant now) {
        public Request {
            namespaces = List.copyOf(namespaces);
        }

        /** Whether a plan has to know what is in a namespace, where there are these revisions. */
        public boolean isAbout(MarkedNamespace namespace, List<KubeRevision> revisions) {
            return namespaces.isEmpty()
                    ? !namespace.namespace().equals(Objects.SYSTEM_NAMESPACE)
                            && Binding.of(namespace)
                                    .wanted(namespace.namespace(), revisions)
                                    .isPresent()
                    : namespaces.contains(namespace.namespace());
        }
    }

    public static Planning plan(Request request, Facts facts) {
        return new Upgrades(request, facts).plan();
    }

    private Planning plan() {
        checkTarget();
        Map<String, String> tagged = new TreeMap<>();
        List<MarkedNamespace> moving = new ArrayList<>();
        for (MarkedNamespace namespace : asked()) {
            Optional<TagBinding> left = tag(namespace).filter(tag -> !tag.leads());
            if (isLeftToTheDefault(namespace)) {
                if (hasWorkloads(namespace)) {
                    tagged.put(namespace.namespace(), DesiredRevision.DEFAULT);
                }
            } else if (left.isEmpty()) {
                moving.add(namespace);
            } else if (request.namespaces().isEmpty()) {
                tagged.put(namespace.namespace(), left.get().tag());
            } else {
                problems.add(left.get().problem(namespace.namespace(), request.to()));
            }
        }
        moving.forEach(this::checkOtherStep);
        if (!problems.isEmpty()) {
            return new Planning.Refused(problems);
        }
        String step = step(moving);
        List<OfNamespace> parts =
                moving.stream().flatMap(namespace -> part(namespace, step).stream()).toList();
        if (!problems.isEmpty()) {
            return new Planning.Refused(problems);
        }
        if (parts.isEmpty()) {
            return new Planning.NothingToDo(
                    moving.isEmpty()
                            ? "no namespace is bound to a revision by its label"
                            : "all that is restarted in "
                                    + names(moving)
                                    + " is on revision "
                                    + request.to()
                                    + ", and its label is there");
        }
        return new Planning.Planned(
                new Plan(Verb.UPGRADE, request.to().value(), parts, tagged, List.of()));
    }

    /** One without a label is given none that nobody has asked for. */
    private boolean isLeftToTheDefault(MarkedNamespace namespace) {
        return request.namespaces().isEmpty()
                && Binding.of(namespace).isNone()
                && tag(namespace).isEmpty();
    }

    private boolean hasWorkloads(MarkedNamespace namespace) {
        return !facts.workloads().getOrDefault(namespace.namespace(), List.of()).isEmpty();
    }

    private static String names(List<MarkedNamespace> namespaces) {
        return namespaces.stream()
                .map(MarkedNamespace::namespace)
                .collect(Collectors.joining(", "));
    }

    private void checkTarget() {
        String to = request.to().value();
        Optional<KubeRevision> revision = facts.revision(to);
        if (revision.isEmpty()) {
            Optional<KubeRevision> tagged = facts.tagged(to);
            problems.add(
                    tagged.isPresent()
                            ? new Problem(
                                    to + " is a tag, not a revision",
                                    "name the revision that it stands for: --to "
                                            + tagged.get().revision())
                            : new Problem(
                                    "there is no revision " + to,
                                    "install it: serin install --revision "
                                            + to
                                            + "; see which there are: serin revision list"));
        } else if (!revision.get().unready().isEmpty()) {
            problems.add(
                    new Problem(
                            "revision " + to + " is not ready: " + revision.get().unready(),
                            "wait until it is: serin revision list"));
        }
    }

    private List<MarkedNamespace> asked() {
        if (request.namespaces().isEmpty()) {
            return facts.namespaces().stream()
                    .filter(namespace ->
                            !namespace.ending() && request.isAbout(namespace, facts.revisions()))
                    .toList();
        }
        List<MarkedNamespace> asked = new ArrayList<>();
        for (String name : new TreeSet<>(request.namespaces())) {
            if (name.equals(Objects.SYSTEM_NAMESPACE)) {
                problems.add(
                        new Problem(
                                "namespace " + name + " is where control planes live",
                                "name namespaces of applications"));
                continue;
            }
            facts.obstacle(name)
                    .ifPresentOrElse(
                            problems::add, () -> facts.namespace(name).ifPresent(asked::add));
        }
        return asked;
    }

    private Optional<TagBinding> tag(MarkedNamespace namespace) {
        return TagBinding.of(namespace, facts.revisions(), request.to());
    }

    private void checkOtherStep(MarkedNamespace namespace) {
        Written.of(namespace)
                .filter(written ->
                        !written.isFinished()
                                && (written.verb() == Verb.ROLLBACK
                                        || !written.to().equals(request.to().value()))
                                && !isLeftByItsTag(namespace, written))
                .ifPresent(written ->
                        problems.add(
                                new Problem(
                                        "namespace "
                                                + namespace.namespace()
                                                + ": "
                                                + unfinished(written),
                                        written.verb() == Verb.ROLLBACK
                                                ? "finish it: serin rollback --namespace "
                                                        + namespace.namespace()
                                                : "finish it: serin upgrade --to "
                                                        + written.to()
                                                        + " --namespace "
                                                        + namespace.namespace()
                                                        + "; or undo it: serin rollback"
                                                        + " --namespace "
                                                        + namespace.namespace())));
    }

    /** The tag has moved on, so it can't be finished; and to follow the tag is the way back. */
    private boolean isLeftByItsTag(MarkedNamespace namespace, Written written) {
        return written.verb() == Verb.UPGRADE
                && Written.previous(namespace).isEmpty()
                && tag(namespace).isPresent();
    }

    private static String unfinished(Written written) {
        String what =
                written.verb() == Verb.ROLLBACK
                        ? "a rollback is under way"
                        : "an upgrade to " + written.to() + " is under way";
        return written.phase() == Phase.STOPPED
                ? what + ", and has stopped: " + written.reason()
                : what;
    }

    /** The step that goes on, or a new one. */
    private String step(List<MarkedNamespace> namespaces) {
        return namespaces.stream()
                .flatMap(namespace -> goingOn(namespace).stream())
                .filter(written -> !written.isFinished())
                .map(Written::step)
                .max(Comparator.naturalOrder())
                .orElseGet(
                        () -> request.now().truncatedTo(ChronoUnit.SECONDS) + "." + request.to());
    }

    /** What is written of the very move that is asked for, while the labels still say so. */
    private Optional<Written> goingOn(MarkedNamespace namespace) {
        return Written.of(namespace)
                .filter(written ->
                        written.verb() == Verb.UPGRADE
                                && written.to().equals(request.to().value())
                                && Binding.of(namespace).equals(then(namespace)));
    }

    private Binding then(MarkedNamespace namespace) {
        return tag(namespace).isPresent()
                ? Binding.of(namespace)
                : Binding.to(request.to().value());
    }

    /** Empty when there is nothing to do. */
    private Optional<OfNamespace> part(MarkedNamespace namespace, String step) {
        Binding now = Binding.of(namespace);
        Binding then = then(namespace);
        Optional<Written> earlier = goingOn(namespace);
        List<KubeWorkload> workloads =
                facts.workloads().getOrDefault(namespace.namespace(), List.of());
        Optional<String> single = single(workloads);
        Optional<Binding> previous = previous(namespace, then, single);
        Optional<String> from =
                now.equals(then)
                        ? single
                        : facts.wanted(namespace, now)
                                .flatMap(facts::named)
                                .map(KubeRevision::revision);
        Written written =
                earlier.map(Written::running)
                        .orElseGet(() ->
                                new Written(
                                        Verb.UPGRADE,
                                        step,
                                        previous.flatMap(_ -> from).orElse(""),
                                        request.to().value(),
                                        request.now().truncatedTo(ChronoUnit.SECONDS).toString(),
                                        Phase.RUNNING,
                                        notHealthy(workloads),
                                        List.of(),
                                        ""));
        Moves moves = Moves.of(workloads, written, then, facts.wanted(namespace, then));
        if (moves.going().isEmpty()
                && now.equals(then)
                && earlier.map(Written::isFinished).orElse(true)) {
            return Optional.empty();
        }
        for (KubeWorkload workload : moves.going()) {
            checkBudgets(workload, written);
        }
        return Optional.of(
                new OfNamespace(
                        namespace.namespace(),
                        now,
                        then,
                        earlier.isPresent() && !earlier.get().isFinished(),
                        Written.of(namespace),
                        written,
                        earlier.isPresent()
                                ? Map.of()
                                : Map.of(Written.PREVIOUS, previous.map(Written::previous)),
                        Workloads.batches(moves.inOrder(), request.batch(), moves.all()),
                        moves.there(),
                        leftAlone(
                                moves,
                                facts.others().getOrDefault(namespace.namespace(), List.of()),
                                request.to().value())));
    }

    /** Healthy ones only: what is broken already can break no budget. */
    private void checkBudgets(KubeWorkload workload, Written written) {
        String name = Workloads.name(workload);
        if (written.notHealthyBefore().contains(name)) {
            return;
        }
        Workloads.broken(workload)
                .ifPresent(budget ->
                        problems.add(
                                new Problem(
                                        "PodDisruptionBudget "
                                                + workload.name().namespace()
                                                + "/"
                                                + budget.name()
                                                + " lets "
                                                + budget.atBest()
                                                + " of its pods be away, and a restart of "
                                                + name
                                                + " takes away "
                                                + workload.atOnce()
                                                + " at once",
                                        "let new pods come first: set"
                                                + " spec.strategy.rollingUpdate.maxUnavailable of "
                                                + name
                                                + " to 0; or change the budget")));
    }

    private static List<String> notHealthy(List<KubeWorkload> workloads) {
        return workloads.stream()
                .filter(workload -> !workload.complete())
                .map(Workloads::name)
                .toList();
    }

    /**
     * The labels that the way back leads to. One that was changed by hand, without a restart, tells
     * nothing of where the pods came from; then they do, if they are of one mind. So it is where a
     * tag has moved: the label stays, and the way back is the tag's too, unless a channel moves it.
     */
    private Optional<Binding> previous(
            MarkedNamespace namespace, Binding then, Optional<String> single) {
        Binding now = Binding.of(namespace);
        if (!now.equals(then)) {
            return Optional.of(now);
        }
        Optional<String> tag = tag(namespace).map(TagBinding::tag);
        return single.filter(_ -> tag.flatMap(facts::channel).isEmpty())
                .map(revision -> tag.isPresent() ? now : Binding.to(revision));
    }

    /** The one revision besides the target that pods are on; empty where there are several. */
    private Optional<String> single(List<KubeWorkload> workloads) {
        Set<String> others =
                workloads.stream()
                        .flatMap(workload -> Workloads.living(workload).stream())
                        .map(KubeWorkload.Pod::revision)
                        .filter(revision ->
                                !revision.isEmpty() && !revision.equals(request.to().value()))
                        .collect(Collectors.toCollection(TreeSet::new));
        return others.size() == 1 ? Optional.of(others.iterator().next()) : Optional.empty();
    }

    static List<LeftAlone> leftAlone(Moves moves, List<KubeWorkload.Pod> others, String to) {
        List<LeftAlone> left = new ArrayList<>(moves.leftAlone());
        others.stream()
                .filter(pod ->
                        !pod.ending() && !pod.revision().isEmpty() && !pod.revision().equals(to))
                .map(pod ->
                        new LeftAlone(
                                "Pod/" + pod.name().name(),
                                "on "
                                        + pod.revision()
                                        + ", and of no Deployment, StatefulSet or DaemonSet: have"
                                        + " it made anew yourself"))
                .forEach(left::add);
        return left;
    }
}
