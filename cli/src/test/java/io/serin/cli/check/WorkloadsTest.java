// SPDX-License-Identifier: Apache-2.0
package io.serin.cli.check;

import static io.serin.cli.check.Broken.problem;
import static io.serin.cli.check.Broken.warning;
import static io.serin.cli.check.Source.NAMESPACES;
import static io.serin.cli.check.Source.PODS;

import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Pods that are not as they should be, in each way. */
class WorkloadsTest {

    static final List<Broken> CASES =
            List.of(
                    warning(
                            "pod-sidecar-missing",
                            "pod shop/late should have a sidecar of revision 1-0",
                            world ->
                                    world.add(
                                            PODS,
                                            """
                                            metadata: {name: late, namespace: shop}
                                            spec: {containers: [{name: app}]}
                                            status: {phase: Running}
                                            """)),
                    warning(
                            "pod-revision-outdated",
                            "pod shop/web is on revision 1-0, and its labels ask for 1-1",
                            world ->
                                    world.patch(
                                            NAMESPACES,
                                            "shop",
                                            "metadata: {labels: {istio.io/rev: 1-1}}")),
                    problem(
                            "pod-revision-gone",
                            "pod shop/web is on revision 0-9, which is not installed",
                            Set.of("pod-revision-outdated", "proxy-revision"),
                            world -> annotate(world, "istio.io/rev", "0-9")),
                    warning(
                            "pod-unknown-revision",
                            "pod plain/lonely asks for 'ghost'",
                            world ->
                                    world.patch(
                                            PODS,
                                            "lonely",
                                            "metadata: {labels: {istio.io/rev: ghost}}")),
                    warning(
                            "pod-inject-value",
                            "'yes' (expected: true or false)",
                            world ->
                                    world.patch(
                                            PODS,
                                            "lonely",
                                            "metadata: {labels: {sidecar.istio.io/inject: 'yes'}}")),
                    warning(
                            "pod-inject-annotation",
                            "pod plain/lonely says it by an annotation",
                            world ->
                                    world.patch(
                                            PODS,
                                            "lonely",
                                            "metadata: {annotations: {sidecar.istio.io/inject:"
                                                    + " 'true'}}")),
                    warning(
                            "pod-proxy-uid",
                            "pod shop/web, container app: runAsUser 1337",
                            world ->
                                    world.patch(
                                            PODS,
                                            "web",
                                            "spec: {securityContext: {runAsUser: 1337}}")),
                    problem(
                            "pod-port-clash",
                            "pod shop/web, container app: port 15020",
                            world ->
                                    world.patch(
                                            PODS,
                                            "web",
                                            "spec: {containers: [{name: app, ports:"
                                                    + " [{containerPort: 15020}]}]}")),
                    problem(
                            "pod-port-clash",
                            "pod shop/web, container app: port 15053",
                            world ->
                                    world.patch(
                                            PODS,
                                            "web",
                                            """
                                            spec:
                                              initContainers:
                                                - name: istio-proxy
                                                  image: serin-proxy:0.1.0
                                                  env:
                                                    - name: ISTIO_META_DNS_CAPTURE
                                                      value: "true"
                                              containers:
                                                - {name: app, ports: [{containerPort: 15053}]}
                                            """)),
                    warning(
                            "pod-proxy-image",
                            "runs serin-proxy:0.0.9, and revision 1-0 injects serin-proxy:0.1.0",
                            world ->
                                    world.patch(
                                            PODS,
                                            "web",
                                            "spec: {initContainers: [{name: istio-proxy, image:"
                                                    + " 'serin-proxy:0.0.9'}]}")),
                    problem(
                            "pod-sidecar-ready",
                            "istio-proxy CrashLoopBackOff, 4 restarts",
                            world ->
                                    world.patch(
                                            PODS,
                                            "web",
                                            "status: {initContainerStatuses: [{name: istio-proxy,"
                                                    + " ready: false, restartCount: 4, state:"
                                                    + " {waiting: {reason: CrashLoopBackOff}}}]}")));

    @TestFactory
    Stream<DynamicTest> findsWhatIsBrokenAndNothingElse() {
        return Broken.tests(CASES);
    }

    static void annotate(World world, String key, String value) {
        world.patch(PODS, "web", "metadata: {annotations: {%s: %s}}".formatted(key, value));
    }
}
