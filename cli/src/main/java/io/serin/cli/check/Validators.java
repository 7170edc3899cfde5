// SPDX-License-Identifier: Apache-2.0
package io.serin.cli.check;

import static io.serin.cli.check.Source.DEPLOYMENTS;
import static io.serin.cli.check.Source.ENDPOINT_SLICES;
import static io.serin.cli.check.Source.SERVICES;
import static io.serin.cli.check.Source.VALIDATING;

import io.serin.api.contract.Objects;
import io.serin.api.name.Revision;
import io.serin.cli.check.Finding.Flaw;
import io.serin.cli.check.Finding.Problem;
import io.serin.kube.type.ObjectName;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Whether routes are looked at by somebody who is there: the trap of canary upgrades. */
final class Validators {

    static final Group GROUP =
            new Group(
                    "validators",
                    Optional.of(ControlPlane.REVISION_INSTALLED),
                    List.of(
                            Check.of(
                                    "validator-there",
                                    "every revision has its validator",
                                    Validators::there,
                                    DEPLOYMENTS,
                                    VALIDATING),
                            Check.of(
                                    "validator-ca-filled",
                                    "every validator has a caBundle",
                                    Validators::filled,
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
                                    "validators belong to revisions that are there",
                                    Validators::revision,
                                    DEPLOYMENTS,
                                    VALIDATING)));

    private Validators() {}

    private static List<Hook> hooks(Mesh mesh) {
        return mesh.validators().stream().flatMap(item -> Mesh.hooksOf(item).stream()).toList();
    }

    private static Finding there(Mesh mesh) {
        List<Flaw> flaws = new ArrayList<>();
        for (Revision revision : mesh.revisions()) {
            String name = Objects.validator(revision);
            if (mesh.validators().stream().noneMatch(item -> item.name().equals(name))) {
                flaws.add(
                        new Flaw(
                                "revision "
                                        + revision
                                        + " has no ValidatingWebhookConfiguration "
                                        + name,
                                "serin install --revision " + revision));
            }
        }
        return Finding.warning(
                flaws,
                "bad routes of some revisions are not refused",
                "all revisions have their validator");
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
                                hook.configuration().name().equals(Mesh.DEFAULT_VALIDATOR)
                                        ? "point it to a revision that is there: serin tag set"
                                                + " default --revision R --overwrite"
                                        : "serin install --revision "
                                                + hook.revision()
                                                + ", or serin uninstall --revision "
                                                + hook.revision()));
            }
        }
        String bad = "some validators call nobody";
        return blocks
                ? new Problem(bad + ", and nothing that they watch can be written", flaws)
                : Finding.warning(flaws, bad, "somebody answers all validators");
    }

    private static Finding revision(Mesh mesh) {
        List<Flaw> flaws = new ArrayList<>();
        for (Item validator : mesh.validators()) {
            // One without a label is whoever's its Service is.
            if (validator.name().equals(Mesh.DEFAULT_VALIDATOR)
                    && !validator.revision().isEmpty()
                    && !mesh.installed().contains(validator.revision())) {
                flaws.add(
                        new Flaw(
                                validator.name()
                                        + " belongs to revision "
                                        + validator.revision()
                                        + ", which is not installed",
                                "serin tag set default --revision R --overwrite"));
            }
        }
        return Finding.problem(
                flaws,
                "routes are looked at for a revision that is gone",
                "the default validator, where there is one, belongs to a revision that is there");
    }
}
