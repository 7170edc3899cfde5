// SPDX-License-Identifier: Apache-2.0
package io.serin.rollout.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.serin.api.contract.DesiredRevision;
import io.serin.api.contract.Labels;
import io.serin.api.contract.Objects;
import io.serin.api.name.Revision;
import io.serin.kube.read.ClusterReader;
import io.serin.kube.write.Objects.Rehearsal;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/**
 * Proves that a pod made now gets a revision's sidecar, by rehearsing one. A ready Deployment and a
 * filled caBundle are not enough: API servers learn of a webhook and of its Service's endpoints a
 * moment later, and until then refuse pods, or let them by without a sidecar. Blocks.
 */
public final class InjectionProbe {

    /** One may have a quota or a policy of its own in the way; not all will. */
    private static final int NAMESPACES_TRIED = 3;

    private final ClusterReader reader;
    private final io.serin.kube.write.Objects objects;

    public InjectionProbe(ClusterReader reader, io.serin.kube.write.Objects objects) {
        this.reader = reader;
        this.objects = objects;
    }

    /** What is in the way; empty when a pod came back injected by this revision. */
    public String missing(Revision revision) {
        return missing(revision.value(), revision);
    }

    /** The same for a pod that asks for it by this name, its own or a tag's. */
    public String missing(String name, Revision revision) {
        String first = "";
        for (String namespace : candidates(reader.namespaceLabels(), name)) {
            String missing = missing(name, revision, namespace);
            if (missing.isEmpty()) {
                return "";
            }
            first = first.isEmpty() ? missing : first;
        }
        // No namespace that a pod's own label could speak in: nobody uses this name as yet.
        return first;
    }

    /**
     * Those whose labels let a pod that asks for this name have it: the system's own first, for
     * there is one always.
     */
    public static List<String> candidates(
            Map<String, Map<String, String>> namespaces, String wanted) {
        return namespaces.entrySet().stream()
                .filter(namespace -> !Objects.NEVER_INJECTED.contains(namespace.getKey()))
                .filter(namespace ->
                        DesiredRevision.of(namespace.getValue(), labels(wanted))
                                .filter(wanted::equals)
                                .isPresent())
                .map(Map.Entry::getKey)
                .sorted(
                        Comparator.comparing(
                                        (String name) -> !name.equals(Objects.SYSTEM_NAMESPACE))
                                .thenComparing(Comparator.naturalOrder()))
                .limit(NAMESPACES_TRIED)
                .toList();
    }

    private String missing(String name, Revision revision, String namespace) {
        String pod = "a trial pod in namespace " + namespace;
        return switch (objects.rehearseCreation(pod(name, namespace))) {
            case Rehearsal.Refused refused -> pod + " to be admitted: " + refused.reason();
            case Rehearsal.Admitted admitted -> {
                String by =
                        admitted.object()
                                .path("metadata")
                                .path("annotations")
                                .path(Labels.REVISION)
                                .asText("");
                yield !hasSidecar(admitted.object())
                        ? pod + " to get a sidecar: the API server did not ask the webhook yet"
                        : by.equals(revision.value())
                                ? ""
                                : pod
                                        + " to get a sidecar of revision "
                                        + revision
                                        + ", not '"
                                        + by
                                        + "'";
            }
        };
    }

    private static boolean hasSidecar(JsonNode pod) {
        for (String list : List.of("initContainers", "containers")) {
            for (JsonNode container : pod.path("spec").path(list)) {
                if (container.path("name").asText().equals("istio-proxy")) {
                    return true;
                }
            }
        }
        return false;
    }

    private static Map<String, String> labels(String name) {
        return Map.of(Labels.REVISION, name, Labels.INJECT, "true");
    }

    private static ObjectNode pod(String name, String namespace) {
        ObjectNode pod = JsonNodeFactory.instance.objectNode();
        pod.put("apiVersion", "v1").put("kind", "Pod");
        ObjectNode metadata = pod.putObject("metadata");
        metadata.put("name", "serin-trial-" + name).put("namespace", namespace);
        ObjectNode labels = metadata.putObject("labels");
        labels(name).forEach(labels::put);
        pod.putObject("spec")
                .putArray("containers")
                .addObject()
                .put("name", "trial")
                .put("image", "trial");
        return pod;
    }
}
