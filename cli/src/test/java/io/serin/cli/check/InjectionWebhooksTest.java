// SPDX-License-Identifier: Apache-2.0
package io.serin.cli.check;

import static io.serin.cli.check.Broken.problem;
import static io.serin.cli.check.Broken.warning;
import static io.serin.cli.check.Source.ENDPOINT_SLICES;
import static io.serin.cli.check.Source.MUTATING;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ArrayNode;
import io.serin.api.name.Revision;
import io.serin.api.name.Tag;
import io.serin.kube.read.Reading;
import io.serin.kube.write.TagObjects;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Injection webhooks, broken one thing at a time. */
class InjectionWebhooksTest {

    private static final String INJECTOR = "istio-sidecar-injector-1-0";

    static final List<Broken> CASES =
            List.of(
                    problem(
                            "webhook-there",
                            "revision 1-1 has no MutatingWebhookConfiguration",
                            Set.of("upgrade-target"),
                            world -> world.remove(MUTATING, "istio-sidecar-injector-1-1")),
                    problem(
                            "webhook-ca-filled",
                            INJECTOR
                                    + ", entry rev.namespace.sidecar-injector.istio.io has no"
                                    + " caBundle",
                            world -> callWith(world, 0, "")),
                    warning(
                            "webhook-ca-same",
                            "istio-system/istiod-1-0 have 2 different caBundles",
                            world -> callWith(world, 0, World.bundle("stranger", "authority"))),
                    problem(
                            "webhook-ca-matches",
                            "has not signed the serving certificate",
                            world -> {
                                callWith(world, 0, World.bundle("stranger"));
                                callWith(world, 1, World.bundle("stranger"));
                                for (int entry : List.of(0, 1)) {
                                    world.hook("istio-revision-tag-prod", entry)
                                            .withObject("/clientConfig")
                                            .put("caBundle", World.bundle("stranger"));
                                }
                            }),
                    problem(
                            "webhook-ca-matches",
                            "its caBundle can't be read",
                            Set.of("webhook-ca-same"),
                            world -> callWith(world, 0, "Z2FyYmFnZQ==")),
                    problem(
                            "webhook-certificate-valid",
                            "istio-system/istiod-1-0 is valid from",
                            world -> world.time("2126-01-01T00:00:00Z")),
                    warning(
                            "webhook-certificate-valid",
                            "to 2125-06-22",
                            world -> world.time("2125-06-20T00:00:00Z")),
                    problem(
                            "webhook-certificate-names",
                            "istiod-1-0 is not for istiod-1-0.istio-system.svc",
                            world ->
                                    world.certificate(
                                            "istiod-1-0",
                                            new Reading.Read<>(World.pem("elsewhere")))),
                    problem(
                            "webhook-service",
                            "calls port 8443 of service istio-system/istiod-1-0",
                            world ->
                                    world.hook(INJECTOR, 0)
                                            .withObject("/clientConfig")
                                            .withObject("/service")
                                            .put("port", 8443)),
                    problem(
                            "webhook-endpoints",
                            "istio-system/istiod-1-1 is called by webhooks and has no endpoint",
                            Set.of("control-plane-endpoints", "validator-alive"),
                            world -> world.remove(ENDPOINT_SLICES, "istiod-1-1-a")),
                    warning(
                            "webhook-settings",
                            "failurePolicy: 'Ignore' (expected: Fail)",
                            world -> world.hook(INJECTOR, 1).put("failurePolicy", "Ignore")),
                    warning(
                            "webhook-settings",
                            "rules: not CREATE of pods",
                            world -> world.hook(INJECTOR, 1).putArray("rules")),
                    problem(
                            "webhook-settings",
                            INJECTOR + " has no entry rev.namespace.sidecar-injector.istio.io",
                            world -> entries(world, INJECTOR).remove(0)),
                    problem(
                            "webhook-settings",
                            "serin tag set prod --revision 1-0 --overwrite",
                            world -> entries(world, "istio-revision-tag-prod").remove(1)),
                    warning(
                            "webhook-settings",
                            "entry rev.namespace.sidecar-injector.istio.io, namespaceSelector:"
                                    + " 'istio.io/rev in (1-0),!istio-injection,team in (a)'"
                                    + " (expected: istio.io/rev in (1-0),!istio-injection)",
                            world ->
                                    world.hook(INJECTOR, 0)
                                            .withObject("/namespaceSelector")
                                            .withArray("/matchExpressions")
                                            .add(
                                                    World.yaml(
                                                            "{key: team, operator: In, values:"
                                                                    + " [a]}"))),
                    warning(
                            "webhook-settings",
                            "objectSelector: 'sidecar.istio.io/inject notin (false),app in (page)'"
                                    + " (expected: sidecar.istio.io/inject notin (false))",
                            world ->
                                    world.hook("istio-revision-tag-prod", 0)
                                            .withObject("/objectSelector")
                                            .withArray("/matchExpressions")
                                            .add(
                                                    World.yaml(
                                                            "{key: app, operator: In, values:"
                                                                    + " [page]}"))),
                    warning(
                            "webhook-settings",
                            "entry own.example.org is not one that was installed",
                            world ->
                                    entries(world, INJECTOR)
                                            .add(World.yaml("{name: own.example.org}"))),
                    problem(
                            "webhook-double-match",
                            "pod shop/web is matched by",
                            Set.of("webhook-overlap"),
                            world -> {
                                var second = world.get(MUTATING, INJECTOR).deepCopy();
                                second.withObject("/metadata").put("name", "second");
                                world.list(MUTATING).add(second);
                            }),
                    problem(
                            "webhook-overlap",
                            "a pod with labels",
                            Set.of("webhook-settings"),
                            world ->
                                    world.hook("istio-revision-tag-prod", 1)
                                            .putObject("objectSelector")
                                            .putObject("matchLabels")
                                            .put("istio.io/rev", "1-1")),
                    problem(
                            "injection-works",
                            "revision 1-0 waits for a trial pod to be admitted",
                            world ->
                                    world.trial(
                                            "1-0",
                                            new Reading.Read<>("a trial pod to be admitted"))));

    @TestFactory
    Stream<DynamicTest> findsWhatIsBrokenAndNothingElse() {
        return Broken.tests(CASES);
    }

    /** As {@code enableNamespacesByDefault} writes it, for a tag that takes over from it too. */
    @Test
    void theEntryOfPodsWithoutALabelMayBeThere() {
        World world = World.healthy();
        world.tag("default", "1-1");
        world.get(MUTATING, "istio-revision-tag-default")
                .set(
                        "webhooks",
                        TagObjects.webhooks(
                                        Tag.DEFAULT,
                                        new Revision("1-1"),
                                        world.get(MUTATING, "istio-sidecar-injector-1-1"),
                                        "",
                                        true)
                                .path("webhooks"));

        assertThat(entries(world, "istio-revision-tag-default")).hasSize(5);
        assertThat(Broken.reported(Broken.find(world, Broken.UPGRADE)))
                .doesNotContain("webhook-settings");
    }

    private static ArrayNode entries(World world, String configuration) {
        return (ArrayNode) world.get(MUTATING, configuration).path("webhooks");
    }

    static void callWith(World world, int entry, String bundle) {
        world.hook(INJECTOR, entry).withObject("/clientConfig").put("caBundle", bundle);
    }
}
