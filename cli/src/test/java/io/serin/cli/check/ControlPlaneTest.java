// SPDX-License-Identifier: Apache-2.0
package io.serin.cli.check;

import static io.serin.cli.check.Broken.problem;
import static io.serin.cli.check.Broken.warning;
import static io.serin.cli.check.Source.CONFIG_MAPS;
import static io.serin.cli.check.Source.DAEMON_SETS;
import static io.serin.cli.check.Source.DEPLOYMENTS;
import static io.serin.cli.check.Source.ENDPOINT_SLICES;
import static io.serin.cli.check.Source.LEASES;
import static io.serin.cli.check.Source.MUTATING;
import static io.serin.cli.check.Source.PODS;
import static io.serin.cli.check.Source.SERVICES;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Revisions, broken one thing at a time. */
class ControlPlaneTest {

    private static final String INJECTOR = "istio-sidecar-injector-1-0";

    static final List<Broken> CASES =
            List.of(
                    problem(
                            "node-agent-ready",
                            "revision 1-0 has pilot.cni.enabled, and there is no daemonset"
                                    + " istio-cni-node-1-0",
                            world -> {
                                world.nodeAgent("1-0", 3, 3);
                                world.remove(DAEMON_SETS, "istio-cni-node-1-0");
                            }),
                    problem(
                            "node-agent-ready",
                            "daemonset istio-cni-node-1-0 is ready on 2 of 3 nodes",
                            world -> world.nodeAgent("1-0", 2, 3)),
                    problem(
                            "node-agent-ready",
                            "daemonset istio-cni-node-1-0 is ready on 0 of 1 nodes",
                            world -> world.nodeAgent("1-0", 0, 0)),
                    problem(
                            "control-plane-ready",
                            "istiod-1-0 has 0 of 1 replicas ready",
                            world ->
                                    world.patch(
                                            DEPLOYMENTS,
                                            "istiod-1-0",
                                            "status: {readyReplicas: 0}")),
                    problem(
                            "control-plane-ready",
                            "istiod-1-0 is scaled to 0",
                            world -> world.patch(DEPLOYMENTS, "istiod-1-0", "spec: {replicas: 0}")),
                    problem(
                            "control-plane-images",
                            "ImagePullBackOff for image nowhere/serin",
                            world ->
                                    world.patch(
                                            PODS,
                                            "istiod-1-0-x",
                                            "status: {containerStatuses: [{image: nowhere/serin,"
                                                    + " state: {waiting: {reason:"
                                                    + " ImagePullBackOff}}}]}")),
                    problem(
                            "control-plane-restarts",
                            "has restarted 7 times, last with OOMKilled",
                            world ->
                                    world.patch(
                                            PODS,
                                            "istiod-1-0-x",
                                            "status: {containerStatuses: [{restartCount: 7, state:"
                                                    + " {waiting: {reason: CrashLoopBackOff}},"
                                                    + " lastState: {terminated: {reason:"
                                                    + " OOMKilled}}}]}")),
                    warning(
                            "control-plane-restarts",
                            "has restarted 1 times",
                            world ->
                                    world.patch(
                                            PODS,
                                            "istiod-1-0-x",
                                            "status: {containerStatuses: [{restartCount: 1,"
                                                    + " lastState: {terminated: {reason: Error,"
                                                    + " finishedAt: \"2030-01-01T11:55:00Z\"}}}]}")),
                    problem(
                            "control-plane-answers",
                            "pod istio-system/istiod-1-1-y: no answer",
                            world -> {
                                world.controlPlanePod("istiod-1-1-y", "1-1");
                                world.noPage("istiod-1-1-y", "no answer");
                            }),
                    problem(
                            "control-plane-answers",
                            "is labelled 1-0 and says that it is '1-9'",
                            world -> {
                                world.controlPlanePod("istiod-1-0-y", "1-0");
                                world.page("istiod-1-0-y", "{revision: 1-9, version: 0.1.0}");
                            }),
                    warning(
                            "control-plane-versions",
                            "revision 1-0 runs 0.1.0 and 0.2.0",
                            world -> {
                                world.controlPlanePod("istiod-1-0-y", "1-0");
                                world.page("istiod-1-0-y", "{revision: 1-0, version: 0.2.0}");
                            }),
                    problem(
                            "control-plane-service",
                            "service istiod-1-0 is not there",
                            Set.of("webhook-service", "validator-alive"),
                            world -> world.remove(SERVICES, "istiod-1-0")),
                    problem(
                            "control-plane-service",
                            "no port 15010, which proxies of earlier versions call",
                            world ->
                                    world.patch(
                                            SERVICES,
                                            "istiod-1-0",
                                            "spec: {ports: [{port: 443, targetPort: 15017},"
                                                    + " {port: 15012}]}")),
                    problem(
                            "control-plane-service",
                            "no port 15012, which proxies call",
                            world ->
                                    world.patch(
                                            SERVICES,
                                            "istiod-1-0",
                                            "spec: {ports: [{port: 443, targetPort: 15017},"
                                                    + " {port: 15010}]}")),
                    problem(
                            "control-plane-endpoints",
                            "service istiod-1-0 has no ready endpoint",
                            Set.of("webhook-endpoints", "validator-alive"),
                            world ->
                                    world.patch(
                                            ENDPOINT_SLICES,
                                            "istiod-1-0-a",
                                            "endpoints: [{conditions: {ready: false}}]")),
                    problem(
                            "mesh-config",
                            "config map istio-1-0, mesh, defaultConfig.discoveryAddress:"
                                    + " '\"istiod-1-1.istio-system.svc:15012\"' (expected:"
                                    + " istiod-1-0.istio-system.svc:15012: ",
                            world ->
                                    world.patch(
                                            CONFIG_MAPS,
                                            "istio-1-0",
                                            "data: {mesh: 'defaultConfig: {discoveryAddress: \"istiod-1-1.istio-system.svc:15012\"}'}")),
                    problem(
                            "mesh-config",
                            "config map istio-1-0 is not there",
                            world -> world.remove(CONFIG_MAPS, "istio-1-0")),
                    problem(
                            "injector-config",
                            "config map istio-sidecar-injector-1-0: ",
                            world ->
                                    world.patch(
                                            CONFIG_MAPS,
                                            INJECTOR,
                                            "data: {config: 'template: none'}")),
                    warning(
                            "leader-lease",
                            "istio-gateway-status-leader-1-0 is held by nobody",
                            world -> severalReplicas(world)),
                    warning(
                            "leader-lease",
                            "was not renewed by istiod-1-0-x",
                            world -> {
                                severalReplicas(world);
                                world.add(
                                        LEASES,
                                        """
                                        metadata:
                                          name: istio-gateway-status-leader-1-0
                                          namespace: istio-system
                                        spec:
                                          holderIdentity: istiod-1-0-x
                                          renewTime: "2030-01-01T11:58:00.000000Z"
                                        """);
                            }),
                    problem(
                            "no-orphans",
                            "mutatingwebhookconfiguration istio-sidecar-injector-0-9 belongs to"
                                    + " revision 0-9",
                            Set.of("webhook-service"),
                            world ->
                                    world.add(
                                            MUTATING,
                                            """
                                            metadata:
                                              name: istio-sidecar-injector-0-9
                                              labels:
                                                app: sidecar-injector
                                                istio.io/rev: 0-9
                                                app.kubernetes.io/part-of: serin
                                            webhooks:
                                              - name: rev.namespace.sidecar-injector.istio.io
                                                clientConfig:
                                                  caBundle: %s
                                                  service:
                                                    name: istiod-0-9
                                                    namespace: istio-system
                                                    path: /inject
                                                sideEffects: None
                                                rules: [{operations: [CREATE], resources: [pods]}]
                                                namespaceSelector: {matchLabels: {istio.io/rev: 0-9}}
                                            """
                                                    .formatted(World.bundle("authority")))),
                    warning(
                            "no-orphans",
                            "daemonset istio-system/istio-cni-node-0-9",
                            world ->
                                    world.add(
                                            DAEMON_SETS,
                                            "metadata: {name: istio-cni-node-0-9, namespace:"
                                                    + " istio-system, labels: {istio.io/rev: 0-9,"
                                                    + " app.kubernetes.io/part-of: serin}}")),
                    warning(
                            "no-orphans",
                            "configmap istio-system/istio-0-9",
                            world ->
                                    world.add(
                                            CONFIG_MAPS,
                                            "metadata: {name: istio-0-9, namespace: istio-system,"
                                                    + " labels: {istio.io/rev: 0-9,"
                                                    + " app.kubernetes.io/part-of: serin}}")));

    @TestFactory
    Stream<DynamicTest> findsWhatIsBrokenAndNothingElse() {
        return Broken.tests(CASES);
    }

    @Test
    void anAgentOnEachNodeIsAsItShouldBe() {
        World world = World.healthy();
        world.nodeAgent("1-0", 3, 3);

        Map<String, Finding> found = Broken.find(world, Broken.UPGRADE);

        assertThat(Broken.reported(found)).isEmpty();
        assertThat(found.get("node-agent-ready"))
                .hasToString(
                        "Fine[sentence=revisions whose agents are ready on every node: all 1]");
    }

    /** Once the command alone was said, which takes back whatever was set the first time. */
    @Test
    void toInstallAgainTakesTheValuesOfTheFirstTime() {
        World world = World.healthy();
        world.remove(SERVICES, "istiod-1-0");
        world.nodeAgent("1-1", 3, 3);
        world.remove(DAEMON_SETS, "istio-cni-node-1-1");

        Map<String, Finding> found = Broken.find(world, Scope.ALL);

        assertThat(fixes(found, "control-plane-service"))
                .containsExactly(
                        "serin install --revision 1-0, with the values (--set, -f) that it was"
                                + " installed with");
        assertThat(fixes(found, "node-agent-ready"))
                .containsExactly(
                        "serin install --revision 1-1 --set pilot.cni.enabled=true, beside the"
                                + " values (--set, -f) that it was installed with");
    }

    @Test
    void butThereAreNoneOfARevisionThatNeverWas() {
        Map<String, Finding> found =
                Broken.find(
                        World.healthy(), new Scope(Optional.empty(), Set.of(), Optional.of("2-0")));

        assertThat(fixes(found, "upgrade-target")).containsExactly("serin install --revision 2-0");
    }

    private static List<String> fixes(Map<String, Finding> found, String id) {
        return requireNonNull(found.get(id)).flaws().stream().map(Finding.Flaw::fix).toList();
    }

    static void severalReplicas(World world) {
        world.patch(
                DEPLOYMENTS,
                "istiod-1-0",
                "{spec: {replicas: 2}, status: {readyReplicas: 2, updatedReplicas: 2, replicas: 2}}");
    }
}
