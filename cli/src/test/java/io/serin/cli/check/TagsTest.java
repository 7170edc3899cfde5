// SPDX-License-Identifier: Apache-2.0
package io.serin.cli.check;

import static io.serin.cli.check.Broken.problem;
import static io.serin.cli.check.Broken.warning;
import static io.serin.cli.check.Source.CONFIG_MAPS;
import static io.serin.cli.check.Source.MUTATING;
import static io.serin.cli.check.Source.NAMESPACES;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
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
                            world -> world.tag("prod", "1-0")),
                    warning(
                            "tag-channel",
                            "channel rapid went back to revision 1-0: Deployment/web was not ready",
                            world ->
                                    channel(
                                            world,
                                            "phase: STOPPED, target: 1-0, failed: 1-1 x, reason:"
                                                    + " Deployment/web was not ready")),
                    warning(
                            "tag-channel",
                            "channel rapid goes back to revision 1-0: bad; namespace shop: waits",
                            world ->
                                    channel(
                                            world,
                                            "phase: GOING_BACK, target: 1-1, previous: 1-0, reason:"
                                                    + " bad, step: 'namespace shop: waits'")),
                    warning(
                            "tag-channel",
                            "channel rapid waits: no revision is ready",
                            world ->
                                    channel(world, "phase: WAITING, reason: no revision is ready")),
                    warning(
                            "tag-channel-terms",
                            "config map istio-system/istio-channel-rapid: annotation"
                                    + " serin.io/channel-batch: batch: 'all' (expected:",
                            world -> {
                                channel(world, "phase: CURRENT, target: 1-0");
                                world.patch(
                                        CONFIG_MAPS,
                                        "istio-channel-rapid",
                                        "metadata: {annotations: {serin.io/channel-batch: all}}");
                            }),
                    warning(
                            "tag-channel-terms",
                            "namespace shop: annotation serin.io/channel-paused: 'yes' (expected:",
                            world ->
                                    world.patch(
                                            NAMESPACES,
                                            "shop",
                                            "metadata: {annotations: {serin.io/channel-paused:"
                                                    + " 'yes'}}")));

    private static void channel(World world, String data) {
        world.add(
                CONFIG_MAPS,
                """
                metadata:
                  name: istio-channel-rapid
                  namespace: istio-system
                  labels: {app: serin-channel, serin.io/channel: rapid}
                data: {%s}
                """
                        .formatted(data));
    }

    /** Once its remedy was to remove the tag. */
    @Test
    void theDefaultTagMayHaveTheNameOfTheRevisionWhosePlaceItTakes() {
        World world = World.healthy();
        world.defaultTag("1-0");

        Map<String, Finding> found = Broken.find(world, Broken.UPGRADE);

        assertThat(Broken.reported(found)).as(found.toString()).isEmpty();
    }

    /** As after an upgrade of that revision by Helm. */
    @Test
    void butNotWhileThatIsAwake() {
        World world = World.healthy();
        world.defaultTag("1-0");
        ObjectNode awake = world.hook("istio-sidecar-injector", 0);
        for (String selector : List.of("namespaceSelector", "objectSelector")) {
            awake.set(selector, world.hook("istio-revision-tag-default", 0).path(selector));
        }

        assertThat(Broken.reported(Broken.find(world, Broken.UPGRADE)))
                .contains("tag-name", "webhook-overlap");
    }

    @Test
    void norWhereItSleepsAndTheTagIsGone() {
        World world = World.healthy();
        world.defaultTag("1-0");
        world.remove(MUTATING, "istio-revision-tag-default");

        assertThat(Broken.reported(Broken.find(world, Broken.UPGRADE)))
                .contains("injection-works", "webhook-settings");
    }

    @TestFactory
    Stream<DynamicTest> findsWhatIsBrokenAndNothingElse() {
        return Broken.tests(CASES);
    }
}
