// SPDX-License-Identifier: Apache-2.0
package io.serin.rollout.plan;

import io.serin.api.name.Revision;
import io.serin.kube.type.KubeRevision;
import io.serin.kube.type.KubeWorkload;
import io.serin.kube.type.MarkedNamespace;
import io.serin.rollout.plan.Plan.OfNamespace;
import io.serin.rollout.plan.Plan.TagBack;
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
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Plans the way back of namespaces from their last step. */
public final class Rollbacks {

    private final Request request;
    private final Facts facts;
    private final List<Problem> problems = new ArrayList<>();
    private final Map<String, TagBack> tags = new TreeMap<>();

    private Rollbacks(Request request, Facts facts) {
        this.request = request;
        this.facts = facts;
    }

    /**
     * What is asked for.
     *
     * @param namespaces empty for all that the last command moved, but for those that are being
     *     deleted
     * @param tagsBack the revision to which tags have gone back before: the pods of namespaces that
     *     they bind are to follow; empty for none
     */
    public record Request(
            List<String> namespaces, BatchSize batch, Instant now, Optional<Revision> tagsBack) {
        public Request {
            namespaces = List.copyOf(namespaces);
        }

        public Request(List<String> namespaces, BatchSize batch, Instant now) {
            this(namespaces, batch, now, Optional.empty());
        }

        /** Whether a plan has to know what is in a namespace. */
        public boolean isAbout(MarkedNamespace namespace) {
            return (namespaces.isEmpty() || namespaces.contains(namespace.namespace()))
                    && Written.of(namespace).isPresent()
                    && (tagsBack.isPresent() || Written.previous(namespace).isPresent());
        }
    }

    /** The labels to go back to: of a namespace that is bound by a tag, those that it has. */
    private Optional<Binding> then(MarkedNamespace namespace) {
        return Written.of(namespace)
                .flatMap(_ ->
                        Optional.of(Binding.of(namespace))
                                .filter(now -> isBoundByTagThatWentBack(namespace, now))
                                .or(() -> Written.previous(namespace)));
    }

    private boolean isBoundByTagThatWentBack(MarkedNamespace namespace, Binding now) {
        Optional<String> back = request.tagsBack().map(Revision::value);
        return back.isPresent()
                && facts.wanted(namespace, now)
                        .flatMap(facts::tagged)
                        .map(KubeRevision::revision)
                        .equals(back);
    }

    public static Planning plan(Request request, Facts facts) {
        return new Rollbacks(request, facts).plan();
    }

    private Planning plan() {
        List<MarkedNamespace> moving = asked();
        List<OfNamespace> parts = new ArrayList<>();
        String to = "";
        for (MarkedNamespace namespace : moving) {
            Optional<OfNamespace> part = part(namespace);
            if (part.isPresent()) {
                parts.add(part.get());
                to = part.get().written().to();
            }
        }
        tags.values().forEach(tag -> checkOthers(tag, moving));
        return problems.isEmpty()
                ? new Planning.Planned(
                        new Plan(Verb.ROLLBACK, to, parts, Map.of(), List.copyOf(tags.values())))
                : new Planning.Refused(problems);
    }

    /** Whoever followed a tag by another move would be left behind by it. */
    private void checkOthers(TagBack tag, List<MarkedNamespace> moving) {
        if (tag.isBack()) {
            return;
        }
        List<String> left =
                facts.namespaces().stream()
                        .filter(namespace ->
                                tag.binds(namespace, facts.revisions())
                                        && !moving.contains(namespace))
                        .map(MarkedNamespace::namespace)
                        .filter(name ->
                                facts.workloads().getOrDefault(name, List.of()).stream()
                                        .flatMap(workload -> Workloads.living(workload).stream())
                                        .anyMatch(pod -> pod.revision().equals(tag.from())))
                        .toList();
        if (!left.isEmpty()) {
            problems.add(
                    new Problem(
                            "tag "
                                    + tag.tag()
                                    + " can't go back to "
                                    + tag.to()
                                    + " with these namespaces alone: it binds "
                                    + String.join(", ", left)
                                    + " too, with pods on "
                                    + tag.from(),
                            "name all of them: serin rollback"
                                    + names(moving, left)
                                    + "; or move the tag yourself first: "
                                    + set(tag.tag(), tag.to())));
        }
    }

    private static String names(List<MarkedNamespace> moving, List<String> more) {
        return Stream.concat(moving.stream().map(MarkedNamespace::namespace), more.stream())
                .sorted()
                .map(name -> " --namespace " + name)
                .collect(Collectors.joining());
    }

    private static String set(String tag, String revision) {
        return "serin tag set " + tag + " --revision " + revision + " --overwrite";
    }

    private List<MarkedNamespace> asked() {
        if (!request.namespaces().isEmpty()) {
            List<MarkedNamespace> asked = new ArrayList<>();
            for (String name : new TreeSet<>(request.namespaces())) {
                Optional<Problem> obstacle = facts.obstacle(name);
                if (obstacle.isPresent()) {
                    problems.add(obstacle.get());
                    continue;
                }
                MarkedNamespace namespace = facts.namespace(name).orElseThrow();
                if (then(namespace).isEmpty()) {
                    problems.add(
                            Written.of(namespace).isPresent()
                                    ? labelStayed(namespace)
                                    : nothingToUndo("namespace " + name));
                } else {
                    asked.add(namespace);
                }
            }
            return asked;
        }
        List<MarkedNamespace> written =
                facts.namespaces().stream()
                        .filter(namespace -> !namespace.ending() && then(namespace).isPresent())
                        .toList();
        Optional<String> last =
                written.stream()
                        .flatMap(namespace -> Written.of(namespace).stream())
                        .map(Written::step)
                        .max(Comparator.naturalOrder());
        if (last.isEmpty()) {
            problems.add(nothingToUndo("the cluster"));
            return List.of();
        }
        return written.stream()
                .filter(namespace -> Written.of(namespace).map(Written::step).equals(last))
                .toList();
    }

    private static Problem labelStayed(MarkedNamespace namespace) {
        return new Problem(
                "namespace "
                        + namespace.namespace()
                        + ": its pods have followed its label, "
                        + Binding.of(namespace)
                        + ", which has not changed",
                "where it is a tag, move that back, and let the pods follow: serin tag undo TAG,"
                        + " serin upgrade --to REVISION --namespace "
                        + namespace.namespace());
    }

    private static Problem nothingToUndo(String where) {
        return new Problem(
                where
                        + ": there is nothing to undo: no upgrade is written down"
                        + " (annotations serin.io/rollout, serin.io/previous-revision)",
                "say where to go: serin upgrade --to REVISION");
    }

    private Optional<OfNamespace> part(MarkedNamespace namespace) {
        Written last = Written.of(namespace).orElseThrow();
        Binding then = then(namespace).orElseThrow();
        Optional<String> to = destination(namespace, then, last);
        if (to.isEmpty()) {
            return Optional.empty();
        }
        List<KubeWorkload> workloads =
                facts.workloads().getOrDefault(namespace.namespace(), List.of());
        boolean isResumed = last.verb() == Verb.ROLLBACK && last.to().equals(to.get());
        Written written =
                isResumed
                        ? last.running()
                        : new Written(
                                Verb.ROLLBACK,
                                last.step(),
                                last.from(),
                                to.get(),
                                request.now().truncatedTo(ChronoUnit.SECONDS).toString(),
                                Phase.RUNNING,
                                stillNotHealthy(last, workloads),
                                List.of(),
                                "");
        Moves moves = Moves.of(workloads, written, then, facts.wanted(namespace, then));
        return Optional.of(
                new OfNamespace(
                        namespace.namespace(),
                        Binding.of(namespace),
                        then,
                        isResumed,
                        Optional.of(last),
                        written,
                        Map.of(),
                        Workloads.batches(moves.inOrder(), request.batch(), moves.all()),
                        moves.there(),
                        Upgrades.leftAlone(
                                moves,
                                facts.others().getOrDefault(namespace.namespace(), List.of()),
                                to.get())));
    }

    /** What the step that is undone has broken is none of it: it is waited for. */
    private static List<String> stillNotHealthy(Written last, List<KubeWorkload> workloads) {
        return workloads.stream()
                .filter(workload -> !workload.complete())
                .map(Workloads::name)
                .filter(last.notHealthyBefore()::contains)
                .toList();
    }

    /** The revision that labels lead to, {@code ""} for none; empty when they lead nowhere. */
    private Optional<String> destination(MarkedNamespace namespace, Binding then, Written last) {
        Optional<String> wanted = facts.wanted(namespace, then);
        if (wanted.isEmpty()) {
            return Optional.of("");
        }
        Optional<KubeRevision> means = facts.named(wanted.get());
        if (request.tagsBack().isPresent() || last.from().isEmpty()) {
            return ready(namespace, then, wanted.get(), means);
        }
        String now = means.map(KubeRevision::revision).orElse(wanted.get());
        // What followed a tag has it go back, where it has not been moved elsewhere meanwhile.
        boolean isFollower =
                last.verb() == Verb.UPGRADE
                        && then.equals(Binding.of(namespace))
                        && facts.tagged(wanted.get()).isPresent();
        if (!now.equals(last.from()) && !(isFollower && now.equals(last.to()))) {
            problems.add(hasMoved(namespace, then, wanted.get(), means, last));
            return Optional.empty();
        }
        if (isFollower) {
            take(new TagBack(wanted.get(), now, last.from()), namespace);
        }
        return ready(namespace, then, last.from(), facts.revision(last.from()));
    }

    private void take(TagBack tag, MarkedNamespace namespace) {
        TagBack other = tags.putIfAbsent(tag.tag(), tag);
        if (other != null && !other.equals(tag)) {
            problems.add(
                    new Problem(
                            "tag "
                                    + tag.tag()
                                    + " can't go back to "
                                    + other.to()
                                    + " and, for namespace "
                                    + namespace.namespace()
                                    + ", to "
                                    + tag.to(),
                            "choose where it is to point to: "
                                    + set(tag.tag(), tag.to())
                                    + "; and go back there: serin rollback --namespace "
                                    + namespace.namespace()));
        }
    }

    private static Problem hasMoved(
            MarkedNamespace namespace,
            Binding then,
            String tag,
            Optional<KubeRevision> means,
            Written last) {
        return new Problem(
                "namespace "
                        + namespace.namespace()
                        + " was bound by "
                        + then
                        + ", which meant revision "
                        + last.from()
                        + " then, and "
                        + means.map(known -> "means " + known.revision()).orElse("means nothing")
                        + " now",
                "where that is to be undone too: "
                        + set(tag, last.from())
                        + "; then the same again");
    }

    private Optional<String> ready(
            MarkedNamespace namespace, Binding then, String name, Optional<KubeRevision> revision) {
        if (revision.isEmpty() || !revision.get().unready().isEmpty()) {
            problems.add(
                    new Problem(
                            "namespace "
                                    + namespace.namespace()
                                    + " was bound by "
                                    + then
                                    + ", and revision "
                                    + name
                                    + revision.map(known -> " is not ready: " + known.unready())
                                            .orElse(" is not installed any more"),
                            "make it ready first: serin install --revision "
                                    + name
                                    + ", with the values (--set, -f) that it was installed"
                                    + " with; or go elsewhere: serin upgrade"
                                    + " --to REVISION"));
            return Optional.empty();
        }
        return Optional.of(revision.get().revision());
    }
}
