// SPDX-License-Identifier: Apache-2.0
package io.serin.cli.check;

import static io.serin.cli.check.Broken.problem;
import static io.serin.cli.check.Source.MUTATING;

import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Tags, broken one thing at a time. */
class TagsTest {

    static final List<Broken> CASES =
            List.of(
                    problem(
                            "tag-target",
                            "tag prod points to revision 0-9, which is not installed",
                            world ->
                                    world.patch(
                                            MUTATING,
                                            "istio-revision-tag-prod",
                                            "metadata: {labels: {istio.io/rev: 0-9}}")),
                    problem(
                            "tag-calls-target",
                            "calls service istio-system/istiod-1-1 (expected:"
                                    + " istio-system/istiod-1-0)",
                            world ->
                                    world.hook("istio-revision-tag-prod", 0)
                                            .withObject("/clientConfig")
                                            .withObject("/service")
                                            .put("name", "istiod-1-1")),
                    problem(
                            "tag-name",
                            "tag 1-1 has the name of a revision",
                            Set.of("webhook-double-match", "webhook-overlap"),
                            world -> world.tag("1-1", "1-0")),
                    problem(
                            "tag-once",
                            "tag prod is claimed by istio-revision-tag-prod and"
                                    + " istio-revision-tag-prod",
                            Set.of("webhook-double-match", "webhook-overlap"),
                            world -> world.tag("prod", "1-0")));

    @TestFactory
    Stream<DynamicTest> findsWhatIsBrokenAndNothingElse() {
        return Broken.tests(CASES);
    }
}
