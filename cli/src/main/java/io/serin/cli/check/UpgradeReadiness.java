// SPDX-License-Identifier: Apache-2.0
package io.serin.cli.check;

import static io.serin.cli.check.Source.BUDGETS;
import static io.serin.cli.check.Source.DEPLOYMENTS;
import static io.serin.cli.check.Source.MUTATING;
import static io.serin.cli.check.Source.NAMESPACES;
import static io.serin.cli.check.Source.PODS;
import static io.serin.cli.check.Source.STATEFUL_SETS;

import com.fasterxml.jackson.databind.JsonNode;
import io.serin.cli.check.Finding.Flaw;
import io.serin.cli.check.Finding.Problem;
import io.serin.cli.client.Counted;
import io.serin.cli.client.Selector;
import io.serin.kube.read.Reading;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** Whether a restart of the workloads, on the way to another revision, would lose something. */
final class UpgradeReadiness {

    static final Group GROUP =
            new Group(
                    "upgrade readiness",
                    Optional.of("upgrade-target"),
                    List.of(
                            Check.of(
                                    "upgrade-target",
                                    "the target is installed and ready",
                                    UpgradeReadiness::target,
                                    DEPLOYMENTS,
                                    MUTATING),
                            Check.of(
                                    "upgrade-direction",
                                    "the target is not older than the sidecars",
                                    UpgradeReadiness::direction,
                                    DEPLOYMENTS,
                                    PODS),
                            Check.of(
                                    "upgrade-replicas",
                                    "a restart leaves somebody to answer",
                                    UpgradeReadiness::replicas,
                                    DEPLOYMENTS,
                                    STATEFUL_SETS,
                                    PODS,
                                    NAMESPACES),
                            Check.of(
                                    "upgrade-budgets",
                                    "no disruption budget forbids to move",
                                    UpgradeReadiness::budgets,
                                    BUDGETS,
                                    PODS),
                            Check.of(
                                    "upgrade-healthy",
                                    "workloads are healthy before",
                                    UpgradeReadiness::healthy,
                                    PODS),
                            Check.of(
                                    "upgrade-bare-pods",
                                    "a restart reaches every pod",
                                    UpgradeReadiness::leftAlone,
                                    DEPLOYMENTS,
                                    STATEFUL_SETS,
                                    PODS)));

    private UpgradeReadiness() {}

    private static String name(Mesh mesh) {
        return mesh.scope().target().orElse("");
    }

    private static Finding target(Mesh mesh) {
        String target = name(mesh);
        if (!mesh.installed().contains(target)) {
            return new Problem(
                    "there is nothing to move to",
                    List.of(
                            new Flaw(
                                    "there is no revision "
                                            + target
                                            + "; there is: "
                                            + (mesh.installed().isEmpty()
                                                    ? "none"
                                                    : String.join(", ", mesh.installed())),
                                    Remedy.install(mesh, target))));
        }
        List<Flaw> flaws = new ArrayList<>();
        for (Item deployment : mesh.items(DEPLOYMENTS)) {
            int wanted = deployment.spec().path("replicas").asInt(1);
            int ready = deployment.status().path("readyReplicas").asInt(0);
            if (deployment.revision().equals(target)
                    && deployment.label("app").equals("istiod")
                    && (ready < wanted || wanted == 0)) {
                flaws.add(
                        new Flaw(
                                "deployment "
                                        + deployment.name()
                                        + " has "
                                        + ready
                                        + " of "
                                        + wanted
                                        + " replicas ready",
                                "kubectl describe deployment -n "
                                        + deployment.namespace()
                                        + " "
                                        + deployment.name()));
            }
        }
        List<Hook> hooks =
                mesh.allHooks().stream().filter(hook -> hook.revision().equals(target)).toList();
        if (hooks.isEmpty() || hooks.stream().anyMatch(hook -> hook.caBundle().isEmpty())) {
            flaws.add(
                    new Flaw(
                            hooks.isEmpty()
                                    ? "revision " + target + " has no webhooks"
                                    : "its webhooks have no caBundle",
                            "serin check --revision " + target));
        }
        return Finding.problem(
                flaws,
                "revision " + target + " is not ready to take over",
                "revision " + target + " is installed and ready");
    }

    private static Finding direction(Mesh mesh) {
        Set<String> targets = new TreeSet<>();
        for (MeshPod pod : mesh.controlPlanePods(name(mesh))) {
            if (mesh.page(pod) instanceof Reading.Read<JsonNode>(JsonNode page)) {
                targets.add(page.path("version").asText());
            }
        }
        List<Flaw> flaws = new ArrayList<>();
        for (ProxyState proxy : mesh.allProxies()) {
            Optional<Release> from = Release.of(proxy.version());
            for (String target : targets) {
                Optional<Release> to = Release.of(target);
                if (from.isPresent() && to.isPresent() && to.get().isBefore(from.get())) {
                    flaws.add(
                            new Flaw(
                                    "pod "
                                            + proxy.place()
                                            + " has a sidecar of "
                                            + proxy.version()
                                            + ", the target is of "
                                            + target,
                                    "it is a way back, not an upgrade: read what was new in "
                                            + proxy.version()));
                }
            }
        }
        return Finding.warning(
                flaws,
                "the target is older than some sidecars",
                "the target is not older than any sidecar");
    }

    private static Finding replicas(Mesh mesh) {
        List<Flaw> flaws = new ArrayList<>();
        for (Source source : List.of(DEPLOYMENTS, STATEFUL_SETS)) {
            for (Item workload : mesh.items(source)) {
                if (!mesh.scope().hasNamespace(workload.namespace()) || !isMeshed(mesh, workload)) {
                    continue;
                }
                String kind = source == DEPLOYMENTS ? "deployment" : "statefulset";
                reason(source, workload)
                        .ifPresent(reason ->
                                flaws.add(
                                        new Flaw(
                                                kind + " " + workload.place() + " " + reason,
                                                "kubectl scale "
                                                        + kind
                                                        + " -n "
                                                        + workload.namespace()
                                                        + " "
                                                        + workload.name()
                                                        + " --replicas=2, and let maxUnavailable"
                                                        + " leave one up")));
            }
        }
        return Finding.warning(
                flaws,
                "some workloads do not answer for a while when they are restarted",
                "a restart leaves somebody to answer everywhere");
    }

    /** Why nobody may be left during a restart; empty if somebody is. */
    private static Optional<String> reason(Source source, Item workload) {
        int replicas = workload.spec().path("replicas").asInt(1);
        if (replicas == 0) {
            return Optional.empty();
        }
        if (source == STATEFUL_SETS) {
            return replicas == 1
                    ? Optional.of("has one replica, which goes before its successor comes")
                    : Optional.empty();
        }
        JsonNode strategy = workload.spec().path("strategy");
        if (strategy.path("type").asText("RollingUpdate").equals("Recreate")) {
            return Optional.of("has strategy Recreate: all pods go before the first comes");
        }
        JsonNode unavailable = strategy.at("/rollingUpdate/maxUnavailable");
        int gone = unavailable(unavailable, replicas);
        return gone >= replicas
                ? Optional.of(
                        "has maxUnavailable "
                                + unavailable.asText()
                                + " of "
                                + replicas
                                + " replicas: all may be gone at once")
                : Optional.empty();
    }

    /** As Kubernetes counts: a share is rounded down, and absent is a quarter. */
    private static int unavailable(JsonNode text, int replicas) {
        String value = text.isMissingNode() ? "25%" : text.asText();
        return value.endsWith("%")
                ? replicas * number(value.substring(0, value.length() - 1)) / 100
                : number(value);
    }

    private static int number(String text) {
        return text.matches("[0-9]{1,6}") ? Integer.parseInt(text) : 0;
    }

    private static boolean isMeshed(Mesh mesh, Item workload) {
        Selector selector = Selector.of(workload.spec().path("selector"));
        return mesh.meshedPods().stream()
                .anyMatch(pod ->
                        pod.namespace().equals(workload.namespace())
                                && selector.selects(pod.labels()));
    }

    private static Finding budgets(Mesh mesh) {
        List<Flaw> flaws = new ArrayList<>();
        for (Item budget : mesh.items(BUDGETS)) {
            boolean exhausted = budget.status().path("disruptionsAllowed").asInt(1) == 0;
            if (exhausted
                    && mesh.scope().hasNamespace(budget.namespace())
                    && isMeshed(mesh, budget)) {
                flaws.add(
                        new Flaw(
                                "poddisruptionbudget "
                                        + budget.place()
                                        + " allows no disruption now: "
                                        + Counted.of(
                                                budget.status().path("currentHealthy").asInt(),
                                                "pod is healthy, ",
                                                "pods are healthy, ")
                                        + Counted.of(
                                                budget.status().path("desiredHealthy").asInt(),
                                                "has to be",
                                                "have to be"),
                                "scale the workload up by one, or lower minAvailable"));
            }
        }
        return Finding.warning(
                flaws,
                "some pods may not be moved now",
                "no disruption budget of a meshed workload is used up");
    }

    private static Finding healthy(Mesh mesh) {
        List<Flaw> flaws = new ArrayList<>();
        for (MeshPod pod : mesh.meshedPods()) {
            if (!pod.isReady()) {
                flaws.add(
                        new Flaw(
                                "pod " + pod.place() + " is not ready",
                                "kubectl describe pod -n "
                                        + pod.namespace()
                                        + " "
                                        + pod.item().name()));
            }
        }
        return Finding.warning(
                flaws,
                "some workloads are ill before anything is moved, and a guard would see it as the"
                        + " upgrade's",
                "all meshed pods are ready");
    }

    private static Finding leftAlone(Mesh mesh) {
        return Finding.warning(
                LeftAlone.flaws(mesh, name(mesh)),
                "some pods would stay where they are",
                "a restart reaches every pod");
    }
}
