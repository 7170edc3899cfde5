// SPDX-License-Identifier: Apache-2.0
package io.serin.cli.check;

import static io.serin.cli.check.Broken.problem;
import static io.serin.cli.check.Broken.warning;
import static io.serin.cli.check.Source.ENDPOINT_SLICES;
import static io.serin.cli.check.Source.MUTATING;

import io.serin.kube.read.Reading;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
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

    static void callWith(World world, int entry, String bundle) {
        world.hook(INJECTOR, entry).withObject("/clientConfig").put("caBundle", bundle);
    }
}
