// SPDX-License-Identifier: Apache-2.0
package io.serin.cli.check;

import static io.serin.cli.check.Broken.problem;
import static io.serin.cli.check.Broken.warning;
import static io.serin.cli.check.Source.NAMESPACES;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Labels of namespaces, wrong in each way. */
class NamespacesTest {

    static final List<Broken> CASES =
            List.of(
                    warning(
                            "namespace-both-labels",
                            "namespace both: istio-injection=disabled is heard, istio.io/rev=1-0",
                            world ->
                                    world.namespace(
                                            "both",
                                            "{istio-injection: disabled, istio.io/rev: 1-0}")),
                    problem(
                            "namespace-unknown-revision",
                            "namespace typo asks for '1-O'; there is: 1-0, 1-1, prod",
                            world -> world.namespace("typo", "{istio.io/rev: 1-O}")),
                    warning(
                            "namespace-injection-value",
                            "'yes' (expected: enabled or disabled)",
                            world -> world.namespace("yes", "{istio-injection: 'yes'}")),
                    problem(
                            "namespace-default-revision",
                            "namespace old is labelled istio-injection=enabled",
                            world -> world.namespace("old", "{istio-injection: enabled}")),
                    warning(
                            "namespace-pod-label",
                            "namespace odd: label sidecar.istio.io/inject is for pods",
                            world -> world.namespace("odd", "{sidecar.istio.io/inject: 'true'}")),
                    warning(
                            "namespace-excluded",
                            "namespace kube-system is Kubernetes' own",
                            world ->
                                    world.patch(
                                            NAMESPACES,
                                            "kube-system",
                                            "metadata: {labels: {istio.io/rev: 1-0}}")));

    @TestFactory
    Stream<DynamicTest> findsWhatIsBrokenAndNothingElse() {
        return Broken.tests(CASES);
    }
}
