// SPDX-License-Identifier: Apache-2.0
package io.serin.cli.check;

import static io.serin.cli.check.Broken.problem;
import static io.serin.cli.check.Broken.warning;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** What control planes may say of proxies that is not well. */
class ProxiesTest {

    static final List<Broken> CASES =
            List.of(
                    problem(
                            "proxy-connected",
                            "pod lab/probe has a sidecar that no control plane knows",
                            world -> world.page("istiod-1-1-x", "{revision: 1-1, version: 0.1.0}")),
                    warning(
                            "proxy-once",
                            "pod lab/probe is connected to istiod-1-1-x and istiod-1-1-y",
                            world -> {
                                world.controlPlanePod("istiod-1-1-y", "1-1");
                                world.connect("lab", "probe", "istiod-1-1-y");
                            }),
                    warning(
                            "proxy-revision",
                            "pod lab/probe was injected by 1-1 and is served by 1-0",
                            world -> {
                                world.page("istiod-1-1-x", "{revision: 1-1, version: 0.1.0}");
                                world.connect("lab", "probe", "istiod-1-0-x");
                            }),
                    problem(
                            "proxy-accepted",
                            "pod lab/probe has refused LISTENER: no filter of that name",
                            world ->
                                    World.merge(
                                            world.proxy("istiod-1-1-x"),
                                            World.yaml(
                                                    """
                                                    types: {LISTENER: {sent: "8", acked: "7"}}
                                                    lastNack:
                                                      type: LISTENER
                                                      message: no filter of that name
                                                    """))),
                    warning(
                            "proxy-current",
                            "pod lab/probe has not answered CLUSTER",
                            world ->
                                    World.merge(
                                            world.proxy("istiod-1-1-x"),
                                            World.yaml(
                                                    """
                                                    types:
                                                      CLUSTER:
                                                        acked: "6"
                                                      LISTENER:
                                                        sent: "8"
                                                        acked: "7"
                                                        sentAt: "2030-01-01T11:59:59Z"
                                                    """))),
                    warning(
                            "proxy-version",
                            "pod lab/probe is of version 0.0.9, its control plane of 0.1.0",
                            world -> world.proxy("istiod-1-1-x").put("version", "0.0.9")));

    @TestFactory
    Stream<DynamicTest> findsWhatIsBrokenAndNothingElse() {
        return Broken.tests(CASES);
    }
}
