// SPDX-License-Identifier: Apache-2.0
package io.serin.control.channel;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.TimeUnit;

/**
 * What is behind an API server: revisions of a channel with their webhooks, Deployments whose pods
 * are replaced one by one when their template changes, and the pages of who runs.
 */
final class SmallMesh implements AutoCloseable {

    private final HeldObjects objects;
    private final Thread controllers;
    private int made;

    /** Revisions whose sidecars do not become ready. */
    final Set<String> broken = new ConcurrentSkipListSet<>();

    SmallMesh(HeldObjects objects) {
        this.objects = objects;
        controllers = Thread.ofVirtual().start(this::control);
    }

    /** A revision of the channel, ready. */
    void install(String revision, String version) {
        objects.put(
                "/apis/apps/v1/namespaces/istio-system/deployments/istiod-" + revision,
                """
                metadata:
                  namespace: istio-system
                  generation: 1
                  creationTimestamp: "2026-01-02T03:04:05Z"
                  labels: {serin.io/channel: rapid, app.kubernetes.io/version: %2$s}
                  annotations: {deployment.kubernetes.io/revision: "1"}
                spec:
                  replicas: 1
                  selector: {matchLabels: {app: istiod}}
                  template: {metadata: {labels: {app: istiod, istio.io/rev: %1$s}}, spec: {}}
                status: {readyReplicas: 1}
                """
                        .formatted(revision, version));
        objects.put(
                HeldObjects.SYSTEM + "/services/istiod-" + revision,
                """
                apiVersion: v1
                kind: Service
                metadata: {namespace: istio-system}
                spec: {selector: {istio.io/rev: %s}, ports: [{name: grpc-xds, port: 15010}]}
                """
                        .formatted(revision));
        objects.put(
                HeldObjects.SYSTEM + "/pods/istiod-" + revision + "-x",
                """
                metadata:
                  namespace: istio-system
                  labels: {app: istiod, istio.io/rev: %s, app.kubernetes.io/part-of: serin}
                spec: {}
                status: {phase: Running}
                """
                        .formatted(revision));
        objects.put(
                HeldObjects.MWCS + "/istio-sidecar-injector-" + revision,
                """
                apiVersion: admissionregistration.k8s.io/v1
                kind: MutatingWebhookConfiguration
                metadata: {labels: {app: sidecar-injector, istio.io/rev: %1$s}}
                webhooks:
                  - name: rev.namespace.sidecar-injector.istio.io
                    clientConfig:
                      caBundle: T05F
                      service: {name: istiod-%1$s, namespace: istio-system, path: /inject}
                """
                        .formatted(revision));
        objects.put(
                HeldObjects.VWCS + "/istio-validator-" + revision + "-istio-system",
                """
                apiVersion: admissionregistration.k8s.io/v1
                kind: ValidatingWebhookConfiguration
                metadata: {labels: {istio.io/rev: %1$s}}
                webhooks:
                  - name: rev.validation.istio.io
                    clientConfig:
                      caBundle: T05F
                      service: {name: istiod-%1$s, namespace: istio-system, path: /validate}
                    failurePolicy: Fail
                """
                        .formatted(revision));
    }

    void namespace(String name, String labels) {
        objects.put(
                "/api/v1/namespaces/" + name,
                "{apiVersion: v1, kind: Namespace, metadata: {labels: %s}}".formatted(labels));
    }

    /** Three pods of it on a revision. */
    void deployment(String namespace, String name, String revision) {
        String path = "/apis/apps/v1/namespaces/" + namespace + "/deployments/" + name;
        synchronized (objects) {
            objects.put(
                    path,
                    """
                    apiVersion: apps/v1
                    kind: Deployment
                    metadata: {namespace: %s, generation: 1}
                    spec:
                      replicas: 3
                      selector: {matchLabels: {app: %2$s}}
                      template: {metadata: {labels: {app: %2$s}}, spec: {}}
                    """
                            .formatted(namespace, name));
            for (int i = 0; i < 3; i++) {
                pod(namespace, name, revision, "");
            }
            tell(path);
        }
    }

    private void pod(String namespace, String of, String revision, String mark) {
        objects.put(
                "/api/v1/namespaces/" + namespace + "/pods/" + of + "-" + made++,
                """
                metadata:
                  namespace: %s
                  labels: {app: %2$s, pod-template-hash: t}
                  annotations: {istio.io/rev: %3$s, serin.io/rollout: "%4$s"}
                  ownerReferences: [{kind: ReplicaSet, name: %2$s-t, controller: true}]
                spec: {}
                status: {phase: Running, conditions: [{type: Ready, status: "%5$s"}]}
                """
                        .formatted(
                                namespace,
                                of,
                                revision,
                                mark,
                                broken.contains(revision) ? "False" : "True"));
    }

    /** The revisions that the pods of a namespace are of. */
    Set<String> revisions(String namespace) {
        Set<String> revisions = new TreeSet<>();
        objects.in("/api/v1/namespaces/" + namespace + "/pods")
                .values()
                .forEach(pod -> revisions.add(revision(pod)));
        return revisions;
    }

    /** What a pod brings back that is made now, or rehearsed, and names a revision or tag. */
    void inject(ObjectNode pod) {
        String wanted = pod.at("/metadata/labels/istio.io~1rev").asText();
        pod.withObject("/metadata/annotations").put("istio.io/rev", meaning(wanted));
        pod.withObject("/spec").putArray("initContainers").addObject().put("name", "istio-proxy");
    }

    private String meaning(String name) {
        return objects.get(HeldObjects.MWCS + "/istio-revision-tag-" + name)
                .at("/metadata/labels/istio.io~1rev")
                .asText(name);
    }

    /** Of a control plane, all that were injected by it; of a sidecar, requests that went well. */
    String page(String path) {
        if (path.endsWith("/stats/prometheus")) {
            return "istio_requests_total{response_code=\"200\"} "
                    + System.nanoTime() / 1_000_000
                    + "\n";
        }
        String revision = path.replaceAll(".*/istiod-(.*)-x:.*", "$1");
        ObjectNode page = JsonNodeFactory.instance.objectNode();
        var proxies = page.putArray("proxies");
        objects.all("pods")
                .forEach((place, pod) -> {
                    if (revision(pod).equals(revision)) {
                        proxies.addObject()
                                .put("namespace", place.split("/")[4])
                                .put("pod", place.split("/")[6])
                                .withObject("/types/CLUSTER")
                                .put("sent", "1")
                                .put("acked", "1");
                    }
                });
        return page.toString();
    }

    private void control() {
        try {
            while (true) {
                TimeUnit.MILLISECONDS.sleep(100);
                synchronized (objects) {
                    objects.all("deployments").keySet().stream()
                            .filter(path -> !path.contains("/istio-system/"))
                            .forEach(this::replaceOne);
                }
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    /** A new one comes first; while one does not become ready, no old one goes. */
    private void replaceOne(String path) {
        String[] parts = path.split("/");
        String namespace = parts[5];
        String wanted = mark(objects.get(path).at("/spec/template"));
        SortedMap<String, JsonNode> pods = pods(path);
        List<Map.Entry<String, JsonNode>> old =
                pods.entrySet().stream()
                        .filter(pod -> !mark(pod.getValue()).equals(wanted))
                        .toList();
        boolean isStuck =
                pods.values().stream().anyMatch(pod -> mark(pod).equals(wanted) && !isReady(pod));
        if (isStuck) {
            if (old.isEmpty()) {
                return;
            }
            // Of an earlier template: it is in the way of nobody.
            old.stream()
                    .filter(pod -> !isReady(pod.getValue()))
                    .forEach(pod -> objects.remove(pod.getKey()));
        } else if (!old.isEmpty()) {
            String named =
                    objects.get("/api/v1/namespaces/" + namespace)
                            .at("/metadata/labels/istio.io~1rev")
                            .asText();
            pod(namespace, parts[7], meaning(named), wanted);
            objects.remove(old.getFirst().getKey());
        }
        tell(path);
    }

    private void tell(String path) {
        ObjectNode deployment = (ObjectNode) objects.get(path);
        String wanted = mark(deployment.at("/spec/template"));
        SortedMap<String, JsonNode> pods = pods(path);
        ObjectNode status = deployment.putObject("status");
        status.put("observedGeneration", deployment.at("/metadata/generation").asLong());
        status.put("replicas", pods.size());
        status.put("readyReplicas", pods.values().stream().filter(SmallMesh::isReady).count());
        status.put(
                "updatedReplicas",
                pods.values().stream().filter(pod -> mark(pod).equals(wanted)).count());
        status.putArray("conditions");
        objects.keep(path, deployment);
    }

    private SortedMap<String, JsonNode> pods(String deployment) {
        String[] parts = deployment.split("/");
        SortedMap<String, JsonNode> pods = objects.in("/api/v1/namespaces/" + parts[5] + "/pods");
        pods.values().removeIf(pod -> !pod.at("/metadata/labels/app").asText().equals(parts[7]));
        return pods;
    }

    private static String revision(JsonNode pod) {
        return pod.at("/metadata/annotations/istio.io~1rev").asText();
    }

    private static boolean isReady(JsonNode pod) {
        return pod.at("/status/conditions/0/status").asText().equals("True");
    }

    private static String mark(JsonNode of) {
        return of.at("/metadata/annotations/serin.io~1rollout").asText("");
    }

    @Override
    public void close() {
        controllers.interrupt();
    }
}
