// SPDX-License-Identifier: Apache-2.0
package io.serin.kube.write;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.serin.kube.Kube;
import io.serin.kube.KubeFault;
import io.serin.kube.type.KubeWorkload;
import io.serin.kube.type.ObjectName;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Writes what moves pods: marks of namespaces and of pod templates. Blocks. */
public final class Rollouts {

    private static final PatchContext MERGE = PatchContext.of(PatchType.JSON_MERGE);

    private final KubernetesClient client;

    public Rollouts(Kube kube) {
        this.client = kube.client();
    }

    /**
     * Changes labels and annotations in one request: all of them or none.
     *
     * @param labels those that are given; empty for those that are to go
     */
    public void mark(
            String namespace,
            Map<String, Optional<String>> labels,
            Map<String, Optional<String>> annotations) {
        var _ =
                client.namespaces()
                        .withName(namespace)
                        .patch(MERGE, patch(labels, annotations).toString());
    }

    /**
     * Changes annotations, unless somebody has changed the namespace since it was read.
     *
     * @param version in which it was read
     * @return whether it was done
     */
    public boolean markUnchanged(
            String namespace, String version, Map<String, Optional<String>> annotations) {
        ObjectNode patch = patch(Map.of(), annotations);
        patch.withObject("/metadata").put("resourceVersion", version);
        try {
            var _ = client.namespaces().withName(namespace).patch(MERGE, patch.toString());
            return true;
        } catch (KubernetesClientException refused) {
            if (KubeFault.isConflict(refused)) {
                return false;
            }
            throw refused;
        }
    }

    /** What is null in a merge patch goes. */
    static ObjectNode patch(
            Map<String, Optional<String>> labels, Map<String, Optional<String>> annotations) {
        ObjectNode patch = JsonNodeFactory.instance.objectNode();
        ObjectNode metadata = patch.putObject("metadata");
        fill(metadata.putObject("labels"), labels);
        fill(metadata.putObject("annotations"), annotations);
        return patch;
    }

    private static void fill(ObjectNode into, Map<String, Optional<String>> marks) {
        new TreeMap<>(marks).forEach((key, value) -> into.put(key, value.orElse(null)));
    }

    /**
     * Annotates the template of pods, so that those without are replaced. A second time nothing
     * changes.
     */
    public void markTemplate(
            KubeWorkload.Kind kind, ObjectName workload, String annotation, String value) {
        ObjectNode patch = JsonNodeFactory.instance.objectNode();
        patch.withObject("/spec/template/metadata/annotations").put(annotation, value);
        var apps = client.apps();
        String namespace = workload.namespace();
        String name = workload.name();
        switch (kind) {
            case DEPLOYMENT -> {
                var _ =
                        apps.deployments()
                                .inNamespace(namespace)
                                .withName(name)
                                .patch(MERGE, patch.toString());
            }
            case STATEFUL_SET -> {
                var _ =
                        apps.statefulSets()
                                .inNamespace(namespace)
                                .withName(name)
                                .patch(MERGE, patch.toString());
            }
            case DAEMON_SET -> {
                var _ =
                        apps.daemonSets()
                                .inNamespace(namespace)
                                .withName(name)
                                .patch(MERGE, patch.toString());
            }
        }
    }
}
