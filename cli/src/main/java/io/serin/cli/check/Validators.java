// SPDX-License-Identifier: Apache-2.0
package io.serin.cli.check;

import static io.serin.cli.check.Source.DEPLOYMENTS;
import static io.serin.cli.check.Source.ENDPOINT_SLICES;
import static io.serin.cli.check.Source.MUTATING;
import static io.serin.cli.check.Source.SERVICES;
import static io.serin.cli.check.Source.VALIDATING;

import io.serin.api.contract.Labels;
import io.serin.api.contract.Objects;
import io.serin.api.name.Revision;
import io.serin.cli.check.Finding.Flaw;
import io.serin.cli.check.Finding.Problem;
import io.serin.kube.type.ObjectName;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Whether routes are looked at by somebody who is there: the trap of canary upgrades. */
final class Validators {

    static final Group GROUP =
            new Group(
                    "validators",
                    Optional.of(ControlPlane.REVISION_INSTALLED),
                    List.of(
                            Check.of(
                                    "validator-there",
                                    "every revision has its validators, and the default one is there",
                                    Validators::there,
                                    DEPLOYMENTS,
                                    MUTATING,
                                    VALIDATING),
                            Check.of(
                                    "validator-ca-filled",
                                    "every validator has a caBundle",
                                    Validators::filled,
                                    VALIDATING),
                            Check.of(
                                    "validator-ca-matches",
                                    "validators' caBundle matches the serving certificate",
                                    Validators::matches,
                                    VALIDATING),
                            Check.of(
                                    "validator-alive",
                                    "somebody answers every validator",
                                    Validators::alive,
                                    VALIDATING,
                                    SERVICES,
                                    ENDPOINT_SLICES),
                            Check.of(
                                    "validator-revision",
                                    "the default validator is the default revision's",
                                    Validators::revision,
                                    DEPLOYMENTS,
                                    MUTATING,
                                    VALIDATING),
                            Check.of(
                                    "validator-tag",
                                    "every tag has its validator, which goes where the tag goes",
                                    Validators::tag,
                                    DEPLOYMENTS,
                                    MUTATING,
                                    VALIDATING)));

    private Validators() {}

    private static List<Hook> hooks(Mesh mesh) {
        return mesh.validators().stream().flatMap(item -> Mesh.hooksOf(item).stream()).toList();
    }

    private static Finding there(Mesh mesh) {
        List<Flaw> flaws = new ArrayList<>();
        for (Revision revision : mesh.revisions()) {
            for (String name : List.of(Objects.validator(revision), Objects.audit(revision))) {
                if (mesh.validators().stream().noneMatch(item -> item.name().equals(name))) {
                    flaws.add(
                            new Flaw(
                                    "revision "
                                            + revision
                                            + " has no ValidatingWebhookConfiguration "
                                            + name,
                                    Remedy.install(mesh, revision.value())));
                }
            }
        }
        mesh.defaultRevision()
                .filter(revision -> mesh.revisions().contains(new Revision(revision)))
                .filter(_ -> defaultValidator(mesh).isEmpty())
                .ifPresent(revision ->
                        flaws.add(
                                new Flaw(
                                        "there is no ValidatingWebhookConfiguration "
                                                + Objects.DEFAULT_VALIDATOR
                                                + ", and revision "
                                                + revision
                                                + " is the default",
                                        handOver(mesh, revision))));
        return Finding.warning(
                flaws,
                "some bad routes are not refused, or some bad labels not warned of",
                "all revisions have their validators");
    }

    private static Optional<Item> defaultValidator(Mesh mesh) {
        return mesh.items(VALIDATING).stream()
                .filter(item -> item.name().equals(Objects.DEFAULT_VALIDATOR))
                .findFirst();
    }

    /** The command by which the default validator becomes a revision's. */
    private static String handOver(Mesh mesh, String revision) {
        return revision.equals(Revision.DEFAULT.value())
                ? Remedy.install(mesh, revision)
                : Remedy.point(Revision.DEFAULT.value(), revision);
    }

    private static Finding filled(Mesh mesh) {
        List<Flaw> flaws = new ArrayList<>();
        for (Hook hook : hooks(mesh)) {
            if (hook.caBundle().isEmpty()) {
                flaws.add(
                        new Flaw(
                                hook.place() + " has no caBundle",
                                "kubectl logs -n "
                                        + Objects.SYSTEM_NAMESPACE
                                        + " -l app=istiod,istio.io/rev="
                                        + hook.revision()));
            }
        }
        return Finding.warning(
                flaws,
                "the API server can't trust some validators",
                "all validators have a caBundle");
    }

    private static Finding matches(Mesh mesh) {
        return WebhookCertificates.matches(
                mesh,
                hooks(mesh),
                "the API server does not trust some validators, and may refuse what they watch",
                "validators' caBundles match the serving certificates");
    }

    private static Finding alive(Mesh mesh) {
        List<Flaw> flaws = new ArrayList<>();
        boolean blocks = false;
        for (Hook hook : hooks(mesh)) {
            Optional<ObjectName> service = hook.service();
            if (service.isEmpty()) {
                continue;
            }
            boolean isThere = mesh.service(service.get()).isPresent();
            if (!isThere || mesh.readyEndpoints(service.get()) == 0) {
                blocks |= hook.text("failurePolicy", "Fail").equals("Fail");
                flaws.add(
                        new Flaw(
                                hook.place()
                                        + " calls service "
                                        + service.get()
                                        + (isThere
                                                ? ", which has no endpoint"
                                                : ", which is not there"),
                                revive(mesh, hook)));
            }
        }
        String bad = "some validators call nobody";
        return blocks
                ? new Problem(bad + ", and nothing that they watch can be written", flaws)
                : Finding.warning(flaws, bad, "somebody answers all validators");
    }

    private static String revive(Mesh mesh, Hook hook) {
        String tag =
                hook.configuration().name().equals(Objects.DEFAULT_VALIDATOR)
                        ? Revision.DEFAULT.value()
                        : hook.configuration().label(Labels.TAG);
        return tag.isEmpty()
                ? Remedy.install(mesh, hook.revision())
                        + "; or "
                        + Remedy.uninstall(mesh, hook.revision())
                : "point it to a revision that is there: " + Remedy.point(tag, "R");
    }

    private static Finding revision(Mesh mesh) {
        List<Flaw> flaws = new ArrayList<>();
        defaultValidator(mesh)
                // One without a label is whoever's its Service is.
                .filter(validator -> !validator.revision().isEmpty())
                .filter(validator -> mesh.scope().hasRevision(validator.revision()))
                .ifPresent(validator -> {
                    String is = validator.name() + " belongs to revision " + validator.revision();
                    if (!mesh.installed().contains(validator.revision())) {
                        flaws.add(
                                new Flaw(
                                        is + ", which is not installed",
                                        handOver(mesh, mesh.defaultRevision().orElse("R"))));
                    } else {
                        mesh.defaultRevision()
                                .filter(revision -> !revision.equals(validator.revision()))
                                .ifPresent(revision ->
                                        flaws.add(
                                                new Flaw(
                                                        is + ", and the default is " + revision,
                                                        handOver(mesh, revision))));
                    }
                });
        return Finding.problem(
                flaws,
                "routes are looked at for another revision than the default",
                "the default validator, where there is one, is the default revision's");
    }

    private static Finding tag(Mesh mesh) {
        List<Flaw> flaws = new ArrayList<>();
        Map<String, Item> validators = new HashMap<>();
        mesh.items(VALIDATING).forEach(item -> validators.put(item.name(), item));
        for (Item tag : mesh.tags()) {
            if (mesh.revisions().stream().noneMatch(it -> it.value().equals(tag.revision()))) {
                // Said by the check of where tags point to.
                continue;
            }
            String name = tag.label(Labels.TAG);
            Item validator = validators.get(tag.name());
            if (validator == null) {
                flaws.add(
                        new Flaw(
                                "tag "
                                        + name
                                        + " has no ValidatingWebhookConfiguration "
                                        + tag.name(),
                                Remedy.point(name, tag.revision())));
            } else if (!validator.revision().equals(tag.revision())) {
                flaws.add(
                        new Flaw(
                                "ValidatingWebhookConfiguration "
                                        + validator.name()
                                        + " belongs to revision "
                                        + validator.revision()
                                        + ", and the tag points to "
                                        + tag.revision(),
                                Remedy.point(name, tag.revision())));
            }
        }
        flaws.addAll(ofGoneTags(mesh));
        return Finding.warning(
                flaws,
                "routes that name some tags are not looked at by the revision that they mean",
                mesh.tags().isEmpty() ? "there are no tags" : "all tags have their validator");
    }

    private static List<Flaw> ofGoneTags(Mesh mesh) {
        List<Flaw> flaws = new ArrayList<>();
        Set<String> tags = new HashSet<>();
        mesh.injectors().forEach(injector -> tags.add(injector.label(Labels.TAG)));
        for (Item validator : mesh.validators()) {
            if (!validator.label(Labels.TAG).isEmpty()
                    && !validator.name().equals(Objects.DEFAULT_VALIDATOR)
                    && !tags.contains(validator.label(Labels.TAG))) {
                flaws.add(
                        new Flaw(
                                "ValidatingWebhookConfiguration "
                                        + validator.name()
                                        + " is left of tag "
                                        + validator.label(Labels.TAG)
                                        + ", which is gone",
                                "kubectl delete validatingwebhookconfiguration "
                                        + validator.name()));
            }
        }
        return flaws;
    }
}
