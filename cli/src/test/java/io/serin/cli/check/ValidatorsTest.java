// SPDX-License-Identifier: Apache-2.0
package io.serin.cli.check;

import static io.serin.cli.check.Broken.problem;
import static io.serin.cli.check.Broken.warning;
import static io.serin.cli.check.Source.MUTATING;
import static io.serin.cli.check.Source.VALIDATING;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Validators, broken one thing at a time. */
class ValidatorsTest {

    static final List<Broken> CASES =
            List.of(
                    warning(
                            "validator-there",
                            "istio-validator-1-0-istio-system",
                            world -> world.remove(VALIDATING, "istio-validator-1-0-istio-system")),
                    warning(
                            "validator-there",
                            "revision 1-1 has no ValidatingWebhookConfiguration istio-audit-1-1",
                            world -> world.remove(VALIDATING, "istio-audit-1-1")),
                    warning(
                            "validator-there",
                            "serin tag set default --revision 1-1 --overwrite",
                            world -> world.tag("default", "1-1")),
                    warning(
                            "validator-ca-filled",
                            "rev.validation.istio.io has no caBundle",
                            world ->
                                    ((ObjectNode)
                                                    world.get(
                                                                    VALIDATING,
                                                                    "istio-validator-1-0-istio-system")
                                                            .path("webhooks")
                                                            .path(0)
                                                            .path("clientConfig"))
                                            .remove("caBundle")),
                    problem(
                            "validator-ca-matches",
                            "istio-validator-1-0-istio-system, entry rev.validation.istio.io: its"
                                    + " caBundle has not signed",
                            world ->
                                    ((ObjectNode)
                                                    world.get(
                                                                    VALIDATING,
                                                                    "istio-validator-1-0-istio-system")
                                                            .path("webhooks")
                                                            .path(0)
                                                            .path("clientConfig"))
                                            .put("caBundle", World.bundle("stranger"))),
                    problem(
                            "validator-alive",
                            "serin tag set default",
                            world -> defaultValidator(world, "1-0", "gone")),
                    problem(
                            "validator-revision",
                            "istiod-default-validator belongs to revision 0-9",
                            world -> defaultValidator(world, "0-9", "istiod-1-0")),
                    problem(
                            "validator-revision",
                            "istiod-default-validator belongs to revision 1-0, and the default is"
                                    + " 1-1",
                            world -> {
                                world.tag("default", "1-1");
                                defaultValidator(world, "1-0", "istiod-1-0");
                            }),
                    warning(
                            "validator-tag",
                            "tag prod has no ValidatingWebhookConfiguration"
                                    + " istio-revision-tag-prod",
                            world -> world.remove(VALIDATING, "istio-revision-tag-prod")),
                    warning(
                            "validator-tag",
                            "istio-revision-tag-prod belongs to revision 1-1, and the tag points to"
                                    + " 1-0",
                            world ->
                                    world.patch(
                                            VALIDATING,
                                            "istio-revision-tag-prod",
                                            "metadata: {labels: {istio.io/rev: 1-1}}")),
                    warning(
                            "validator-tag",
                            "istio-revision-tag-old is left of tag old, which is gone",
                            world -> {
                                world.tag("old", "1-0");
                                world.remove(MUTATING, "istio-revision-tag-old");
                            }),
                    problem(
                            "validator-alive",
                            "serin tag set prod --revision R --overwrite",
                            world -> {
                                ObjectNode hook =
                                        (ObjectNode)
                                                world.get(VALIDATING, "istio-revision-tag-prod")
                                                        .at("/webhooks/0");
                                hook.put("failurePolicy", "Fail");
                                hook.withObject("/clientConfig/service").put("name", "gone");
                            }));

    @TestFactory
    Stream<DynamicTest> findsWhatIsBrokenAndNothingElse() {
        return Broken.tests(CASES);
    }

    private static void defaultValidator(World world, String revision, String service) {
        world.add(
                VALIDATING,
                """
                metadata: {name: istiod-default-validator, labels: {istio.io/rev: %s}}
                webhooks:
                  - name: validation.istio.io
                    failurePolicy: Fail
                    clientConfig:
                      caBundle: %s
                      service: {name: %s, namespace: istio-system}
                """
                        .formatted(revision, World.bundle("authority"), service));
    }
}
