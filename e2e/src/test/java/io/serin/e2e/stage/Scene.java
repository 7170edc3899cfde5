// SPDX-License-Identifier: Apache-2.0
package io.serin.e2e.stage;

import com.fasterxml.jackson.databind.JsonNode;
import io.serin.api.contract.Ports;
import io.serin.e2e.cluster.Program.Ended;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * One story's part of the cluster: a namespace that its revision label binds to a control plane,
 * and a second one, {@code <name>-visitors}, for clients, which is on the first revision. Both go
 * when the story ends.
 */
public final class Scene implements AutoCloseable {

    private static final String VISITOR = "visitor";

    private final Kubectl kubectl;
    private final String name;
    private final String visitors;
    private boolean hasVisitor;

    private Scene(Kubectl kubectl, String name) {
        this.kubectl = kubectl;
        this.name = name;
        this.visitors = name + "-visitors";
    }

    static Scene open(Stage stage, String name, String revision) {
        Scene scene = new Scene(stage.kubectl(), name);
        scene.kubectl.apply(namespace(scene.name, revision));
        scene.kubectl.apply(namespace(scene.visitors, Stage.FIRST));
        return scene;
    }

    /** The namespace of the servers. */
    public String name() {
        return name;
    }

    /** The namespace of the clients. */
    public String visitors() {
        return visitors;
    }

    /** The address of a Service here, as clients elsewhere write it. */
    public String url(String service, int port, String path) {
        return "http://%s.%s:%d%s".formatted(service, name, port, path);
    }

    public void apply(String manifest) {
        kubectl.attemptApply(manifest, "-n", name).orFail();
    }

    public Ended attemptApply(String manifest) {
        return kubectl.attemptApply(manifest, "-n", name);
    }

    /** Applies a manifest and waits until all Deployments are up. */
    public void perform(String manifest) {
        apply(manifest);
        awaitRollouts();
    }

    /** Binds the namespace to another revision; running pods stay as they are. */
    public void relabel(String revision) {
        kubectl.run("label namespace %s istio.io/rev=%s --overwrite".formatted(name, revision));
    }

    /** Has the visitors made from now on come by another revision. */
    public void relabelVisitors(String revision) {
        kubectl.run("label namespace %s istio.io/rev=%s --overwrite".formatted(visitors, revision));
    }

    /** The revision of the visitor, which the first curl has made. */
    public String visitorRevision() {
        return kubectl.json("get pod %s -n %s".formatted(VISITOR, visitors))
                .at("/metadata/annotations")
                .path("istio.io/rev")
                .asText();
    }

    /**
     * Restarts one Deployment after the other, rolling, and waits until the last old pod is gone.
     */
    public void restart() {
        for (String deployment : deployments()) {
            kubectl.run("rollout restart %s -n %s".formatted(deployment, name));
            awaitRollout(deployment);
        }
        awaitNoneTerminating();
    }

    /** The revision of each running pod, by the annotation of its injection; empty: none. */
    public Map<String, String> revisions() {
        Map<String, String> revisions = new TreeMap<>();
        for (JsonNode pod : kubectl.json("get pods -n " + name).path("items")) {
            if (!hasEnded(pod)) {
                revisions.put(
                        pod.at("/metadata/name").asText(),
                        pod.at("/metadata/annotations").path("istio.io/rev").asText(""));
            }
        }
        return revisions;
    }

    /** A kubelet shows a deleted pod for a moment more when its containers have ended. */
    private static boolean hasEnded(JsonNode pod) {
        return pod.at("/metadata").has("deletionTimestamp")
                && Set.of("Succeeded", "Failed").contains(pod.at("/status/phase").asText());
    }

    /** The first pod with these labels, {@code app=reviews,version=v1}. */
    public String pod(String labels) {
        return kubectl.run(
                "get pod -n %s -l %s -o jsonpath={.items[0].metadata.name}"
                        .formatted(name, labels));
    }

    /** Types curl in a pod of the visitors' namespace. */
    public Ended curl(String... arguments) {
        if (!hasVisitor) {
            kubectl.attemptApply(Cast.visitor(VISITOR, "{app: visitor}"), "-n", visitors).orFail();
            kubectl.run(
                    "wait pod/%s -n %s --for=condition=Ready --timeout=60s"
                            .formatted(VISITOR, visitors));
            hasVisitor = true;
        }
        return inVisitor("curl --silent --show-error --max-time 10", arguments);
    }

    /** Types a command in the visitor's pod, which the first curl has made. */
    public Ended inVisitor(String command, String... arguments) {
        List<String> words =
                new ArrayList<>(List.of("exec", VISITOR, "-n", visitors, "-c", VISITOR));
        words.add("--");
        words.addAll(List.of(command.split(" ")));
        words.addAll(List.of(arguments));
        return kubectl.attempt(words);
    }

    /**
     * A counter as the sidecar of this pod has it, the sum of its series whose labels hold a text;
     * 0: there is none.
     */
    public long counter(String pod, String metric, String label) {
        return kubectl.run(
                        "get --raw /api/v1/namespaces/%s/pods/%s:%d/proxy/stats/prometheus"
                                .formatted(name, pod, Ports.AGENT))
                .lines()
                .filter(line -> line.startsWith(metric + "{") && line.contains(label))
                .mapToLong(line -> Long.parseLong(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }

    /** A client that sends what two cores can carry while pods of the scene start beside it. */
    public Load load(String url) {
        return load(url, Load.WHILE_PODS_START);
    }

    /** Starts a client, and returns when it has its first whole second of answers. */
    public Load load(String url, int rate) {
        return Load.start(kubectl, visitors, url, rate);
    }

    @Override
    public void close() {
        kubectl.attempt("delete namespace %s %s --wait=false".formatted(name, visitors));
    }

    private void awaitRollouts() {
        deployments().forEach(this::awaitRollout);
    }

    private void awaitRollout(String deployment) {
        kubectl.run("rollout status %s -n %s --timeout=300s".formatted(deployment, name));
    }

    private List<String> deployments() {
        return kubectl.run("get deployments -o name -n " + name).lines().toList();
    }

    private void awaitNoneTerminating() {
        Waiting.until(
                "no pod of " + name + " is terminating",
                () -> {
                    for (JsonNode pod : kubectl.json("get pods -n " + name).path("items")) {
                        if (pod.at("/metadata").has("deletionTimestamp")) {
                            return false;
                        }
                    }
                    return true;
                });
    }

    private static String namespace(String name, String revision) {
        return """
        apiVersion: v1
        kind: Namespace
        metadata:
          name: %s
          labels: {istio.io/rev: "%s"}
        """
                .formatted(name, revision);
    }
}
