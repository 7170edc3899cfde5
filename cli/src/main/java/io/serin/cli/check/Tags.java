// SPDX-License-Identifier: Apache-2.0
package io.serin.cli.check;

import static io.serin.cli.check.Source.CONFIG_MAPS;
import static io.serin.cli.check.Source.DEPLOYMENTS;
import static io.serin.cli.check.Source.MUTATING;
import static io.serin.cli.check.Source.NAMESPACES;

import io.serin.api.contract.Labels;
import io.serin.api.contract.Objects;
import io.serin.api.name.Revision;
import io.serin.cli.check.Finding.Flaw;
import io.serin.kube.type.ObjectName;
import io.serin.rollout.channel.ChannelState;
import io.serin.rollout.channel.Terms;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;

/** The movable names of revisions. */
final class Tags {

    static final Group GROUP =
            new Group(
                    "tags",
                    Optional.empty(),
                    List.of(
                            Check.of(
                                    "tag-target",
                                    "tags point to revisions that are there",
                                    Tags::target,
                                    DEPLOYMENTS,
                                    MUTATING),
                            Check.of(
                                    "tag-calls-target",
                                    "tags call the revision that they point to",
                                    Tags::calls,
                                    DEPLOYMENTS,
                                    MUTATING),
                            Check.of(
                                    "tag-name",
                                    "no tag is called like a revision",
                                    Tags::name,
                                    DEPLOYMENTS,
                                    MUTATING),
                            Check.of(
                                    "tag-once",
                                    "no two objects claim one tag",
                                    Tags::once,
                                    MUTATING),
                            Check.of(
                                    "tag-channel",
                                    "channels are on the newest of their revisions",
                                    Tags::channel,
                                    CONFIG_MAPS),
                            Check.of(
                                    "tag-channel-terms",
                                    "what is said of channels can be read",
                                    Tags::terms,
                                    CONFIG_MAPS,
                                    NAMESPACES)));

    private Tags() {}

    private static Finding target(Mesh mesh) {
        List<Flaw> flaws = new ArrayList<>();
        for (Item tag : mesh.tags()) {
            if (!mesh.installed().contains(tag.revision())) {
                String name = tag.label(Labels.TAG);
                flaws.add(
                        new Flaw(
                                "tag "
                                        + name
                                        + " points to revision "
                                        + tag.revision()
                                        + ", which is not installed",
                                "serin tag set "
                                        + name
                                        + " --revision R --overwrite, or serin tag remove "
                                        + name));
            }
        }
        return Finding.problem(
                flaws,
                "some tags dangle: no pod can be made in the namespaces that use them",
                mesh.tags().isEmpty()
                        ? "there are no tags"
                        : "tags that point to revisions that are there: all " + mesh.tags().size());
    }

    private static Finding calls(Mesh mesh) {
        List<Flaw> flaws = new ArrayList<>();
        for (Item tag : mesh.tags()) {
            Optional<Revision> target =
                    mesh.revisions().stream()
                            .filter(revision -> revision.value().equals(tag.revision()))
                            .findFirst();
            if (target.isEmpty()) {
                continue;
            }
            ObjectName expected =
                    new ObjectName(Objects.SYSTEM_NAMESPACE, Objects.controlPlane(target.get()));
            for (Hook hook : Mesh.hooksOf(tag)) {
                if (hook.service().map(service -> !service.equals(expected)).orElse(false)) {
                    flaws.add(
                            new Flaw(
                                    hook.place()
                                            + " calls service "
                                            + hook.service().get()
                                            + " (expected: "
                                            + expected
                                            + ")",
                                    "serin tag set "
                                            + tag.label(Labels.TAG)
                                            + " --revision "
                                            + target.get()
                                            + " --overwrite"));
                }
            }
        }
        return Finding.problem(
                flaws,
                "some tags call another revision than the one that they point to",
                "all tags call the revision that they point to");
    }

    private static Finding name(Mesh mesh) {
        List<Flaw> flaws = new ArrayList<>();
        for (Item tag : mesh.tags()) {
            String name = tag.label(Labels.TAG);
            if (mesh.installed().contains(name) && !mesh.isReplaced(name)) {
                flaws.add(
                        new Flaw(
                                "tag " + name + " has the name of a revision: both hear its label",
                                "serin tag remove " + name));
            }
        }
        return Finding.problem(
                flaws, "some tags are called like revisions", "no tag is called like a revision");
    }

    private static Finding once(Mesh mesh) {
        TreeMap<String, List<String>> claims = new TreeMap<>();
        for (Item tag : mesh.tags()) {
            claims.computeIfAbsent(tag.label(Labels.TAG), _ -> new ArrayList<>()).add(tag.name());
        }
        List<Flaw> flaws = new ArrayList<>();
        claims.forEach((tag, objects) -> {
            if (objects.size() > 1) {
                flaws.add(
                        new Flaw(
                                "tag " + tag + " is claimed by " + String.join(" and ", objects),
                                "kubectl delete mutatingwebhookconfiguration "
                                        + objects.getLast()));
            }
        });
        return Finding.problem(flaws, "some tags are there twice", "every tag is there once");
    }

    private static Finding channel(Mesh mesh) {
        List<Flaw> flaws = new ArrayList<>();
        for (Item object : mesh.channels()) {
            ChannelState state = ChannelState.of(object.data());
            String channel = "channel " + object.label(Labels.CHANNEL);
            switch (state.phase()) {
                case CURRENT, MOVING -> {}
                case WAITING ->
                        flaws.add(
                                new Flaw(
                                        channel + " waits: " + state.reason(),
                                        "mend what is in the way; it is looked at every few"
                                                + " seconds"));
                case GOING_BACK ->
                        flaws.add(
                                new Flaw(
                                        channel
                                                + " goes back to revision "
                                                + state.previous()
                                                + ": "
                                                + state.reason()
                                                + (state.step().isEmpty()
                                                        ? ""
                                                        : "; " + state.step()),
                                        "wait until it has: kubectl get configmap "
                                                + object.name()
                                                + " -n istio-system -o yaml"));
                case STOPPED ->
                        flaws.add(
                                new Flaw(
                                        channel
                                                + " went back to revision "
                                                + state.target()
                                                + ": "
                                                + state.reason(),
                                        "install a better revision; or have it try again: kubectl"
                                                + " patch configmap "
                                                + object.name()
                                                + " -n istio-system --type merge -p"
                                                + " '{\"data\":{\"failed\":null}}'"));
            }
        }
        return Finding.warning(
                flaws,
                "some channels are not on the newest of their revisions",
                mesh.channels().isEmpty()
                        ? "there are no channels"
                        : "channels that are on the newest of their revisions, or on the way: all "
                                + mesh.channels().size());
    }

    private static Finding terms(Mesh mesh) {
        List<Flaw> flaws = new ArrayList<>();
        for (Item object : mesh.channels()) {
            unreadable(() -> Terms.of(object.annotations()))
                    .ifPresent(what ->
                            flaws.add(
                                    new Flaw(
                                            "config map " + object.place() + ": " + what,
                                            "kubectl annotate configmap "
                                                    + object.name()
                                                    + " -n istio-system --overwrite NAME=VALUE")));
        }
        for (Item namespace : mesh.namespaces()) {
            unreadable(() -> Terms.isPaused(namespace.annotations()))
                    .ifPresent(what ->
                            flaws.add(
                                    new Flaw(
                                            "namespace " + namespace.name() + ": " + what,
                                            "kubectl annotate namespace "
                                                    + namespace.name()
                                                    + " --overwrite "
                                                    + Labels.CHANNEL_PAUSED
                                                    + "=true")));
        }
        return Finding.warning(
                flaws,
                "some annotations by which people steer channels can't be read, and nothing moves",
                "what is said of channels can be read");
    }

    private static Optional<String> unreadable(Supplier<?> read) {
        try {
            var _ = read.get();
            return Optional.empty();
        } catch (IllegalArgumentException unreadable) {
            return Optional.of(String.valueOf(unreadable.getMessage()));
        }
    }
}
