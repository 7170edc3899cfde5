// SPDX-License-Identifier: Apache-2.0
package io.serin.e2e.stage;

import io.serin.e2e.cluster.Program;
import io.serin.e2e.cluster.Program.Ended;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The nodes of a kind cluster, each of which is a container: they can be taken away. */
public final class Nodes {

    private static final String MANIFEST = "/etc/kubernetes/manifests/kube-apiserver.yaml";
    private static final String HELD = "/etc/kubernetes/kube-apiserver.held";

    private final Kubectl kubectl;

    /** Known from the beginning: later there may be no API server to ask. */
    private final String controlPlane;

    public Nodes(Kubectl kubectl) {
        this.kubectl = kubectl;
        this.controlPlane =
                names("-l node-role.kubernetes.io/control-plane").stream().findFirst().orElse("");
    }

    /** Whether all nodes are containers of the Docker that answers here. */
    public boolean areContainers() {
        return names("").stream().allMatch(node -> attempt("inspect", node).exit() == 0);
    }

    /** A worker that none of these pods, {@code NAMESPACE/LABELS}, is on. */
    public String workerWithout(String... pods) {
        List<String> workers = new ArrayList<>(names("-l !node-role.kubernetes.io/control-plane"));
        for (String pod : pods) {
            String[] where = pod.split("/", 2);
            workers.removeAll(
                    kubectl.run(
                                    "get pods -n %s -l %s -o jsonpath={.items[*].spec.nodeName}"
                                            .formatted(where[0], where[1]))
                            .lines()
                            .flatMap(line -> List.of(line.split(" ")).stream())
                            .toList());
        }
        if (workers.isEmpty()) {
            throw new AssertionError("every worker has one of " + List.of(pods));
        }
        return workers.getFirst();
    }

    /** Whether one of a namespace's pods is there. */
    public boolean has(String node, String namespace) {
        return !kubectl.run(
                        "get pods -o name -n %s --field-selector spec.nodeName=%s"
                                .formatted(namespace, node))
                .isEmpty();
    }

    /** No new pods there. */
    public void cordon(String node) {
        kubectl.run("cordon " + node);
    }

    public void uncordon(String node) {
        kubectl.run("uncordon " + node);
    }

    /** As before maintenance: all pods are moved elsewhere, as their budgets allow. */
    public void drain(String node) {
        kubectl.run(
                "drain %s --ignore-daemonsets --delete-emptydir-data --timeout=120s"
                        .formatted(node));
    }

    /** As when the power fails: nobody hears of it. */
    public void turnOff(String node) {
        // Processes that are killed while they have a network say goodbye to their peers.
        attempt("exec", node, "ip", "link", "set", "eth0", "down").orFail();
        attempt("kill", node).orFail();
    }

    public void turnOn(String node) {
        attempt("start", node).orFail();
    }

    public boolean isReady(String node) {
        return kubectl.run(
                        "get node %s -o jsonpath={.status.conditions[?(@.type==\"Ready\")].status}"
                                .formatted(node))
                .equals("True");
    }

    /** The API server ends; its node's kubelet has forgotten it. */
    public void takeApiServer() {
        onControlPlane("mv", MANIFEST, HELD);
    }

    public void giveApiServerBack() {
        onControlPlane("mv", HELD, MANIFEST);
    }

    private void onControlPlane(String... command) {
        List<String> words = new ArrayList<>(List.of("exec", controlPlane));
        words.addAll(List.of(command));
        attempt(words.toArray(String[]::new)).orFail();
    }

    private List<String> names(String selector) {
        return kubectl.run(("get nodes -o name " + selector).strip())
                .lines()
                .map(name -> name.replace("node/", ""))
                .toList();
    }

    private static Ended attempt(String... arguments) {
        List<String> command = new ArrayList<>(List.of("docker"));
        command.addAll(List.of(arguments));
        return Program.run(Map.of(), "", command);
    }
}
