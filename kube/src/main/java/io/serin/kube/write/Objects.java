// SPDX-License-Identifier: Apache-2.0
package io.serin.kube.write;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.serin.kube.Kube;
import io.serin.kube.KubeFault;
import io.serin.kube.type.ObjectName;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Makes, changes and deletes objects, for the command line. Blocks. */
public final class Objects {

    /** As whom {@link #apply(JsonNode)} writes, in an object's {@code managedFields}. */
    public static final String FIELD_MANAGER = "serin";

    private static final int NOT_FOUND = 404;
    private static final ObjectMapper JSON = new ObjectMapper();

    private final KubernetesClient client;

    public Objects(Kube kube) {
        this.client = kube.client();
    }

    /**
     * Brings an object to what is given, and leaves fields that are not given to whoever wrote
     * them: server-side apply. Nothing changes when it is so already.
     */
    public void apply(JsonNode object) {
        apply(object, FIELD_MANAGER);
    }

    /**
     * Likewise, under another name: who applies without a field later, under the first, leaves it
     * as it is.
     */
    public void apply(JsonNode object, String fieldManager) {
        HasMetadata resource = client.getKubernetesSerialization().unmarshal(object.toString());
        var _ =
                client.resource(resource)
                        .fieldManager(fieldManager)
                        .forceConflicts()
                        .serverSideApply();
    }

    /**
     * Puts an object in the place of what it was read as and then changed.
     *
     * @throws KubernetesClientException when somebody else has changed it meanwhile
     */
    public void replace(JsonNode object) {
        HasMetadata resource = client.getKubernetesSerialization().unmarshal(object.toString());
        var _ = client.resource(resource).update();
    }

    /** How the creation of an object would end. */
    public sealed interface Rehearsal {

        /** With the object as it would have been kept. */
        record Admitted(JsonNode object) implements Rehearsal {}

        /** In the words of whoever refused it. */
        record Refused(String reason) implements Rehearsal {}
    }

    /**
     * Creates an object as far as admission, webhooks included, and keeps nothing.
     *
     * @throws KubernetesClientException when nobody answers
     */
    public Rehearsal rehearseCreation(JsonNode object) {
        HasMetadata resource = client.getKubernetesSerialization().unmarshal(object.toString());
        try {
            HasMetadata created = client.resource(resource).dryRun().create();
            return new Rehearsal.Admitted(JSON.valueToTree(created));
        } catch (KubernetesClientException refused) {
            if (KubeFault.isUnreachable(refused)) {
                throw refused;
            }
            return new Rehearsal.Refused(KubeFault.reason(refused));
        }
    }

    /** Deletes all objects of some kinds with these labels; what is not there is no matter. */
    public void delete(List<Kind> kinds, String namespace, Map<String, String> labels) {
        for (Kind kind : kinds) {
            var resources = client.genericKubernetesResources(kind.apiVersion(), kind.name());
            try {
                var _ =
                        kind.namespaced()
                                ? resources.inNamespace(namespace).withLabels(labels).delete()
                                : resources.withLabels(labels).delete();
            } catch (KubernetesClientException refused) {
                if (refused.getCode() != NOT_FOUND) {
                    throw refused;
                }
            }
        }
    }

    /** Deletes an object of a namespaced kind; one that is not there is no matter. */
    public void delete(Kind kind, ObjectName name) {
        var _ =
                client.genericKubernetesResources(kind.apiVersion(), kind.name())
                        .inNamespace(name.namespace())
                        .withName(name.name())
                        .delete();
    }

    /** A kind of object. */
    public record Kind(String apiVersion, String name, boolean namespaced) {}

    public void deleteNamespace(String name) {
        var _ = client.namespaces().withName(name).delete();
    }

    /** Whether it was gone in time. */
    public boolean awaitNoNamespace(String name, int seconds) {
        try {
            var _ =
                    client.namespaces()
                            .withName(name)
                            .waitUntilCondition(
                                    namespace -> namespace == null, seconds, TimeUnit.SECONDS);
            return true;
        } catch (KubernetesClientException late) {
            return false;
        }
    }

    public void labelNamespace(String name, String key, String value) {
        var _ =
                client.namespaces()
                        .withName(name)
                        .edit(namespace ->
                                new NamespaceBuilder(namespace)
                                        .editMetadata()
                                        .addToLabels(key, value)
                                        .endMetadata()
                                        .build());
    }

    /** Restarts a Deployment, rolling. */
    public void restart(ObjectName deployment) {
        client.apps()
                .deployments()
                .inNamespace(deployment.namespace())
                .withName(deployment.name())
                .rolling()
                .restart();
    }

    /** Asks for so many pods of a Deployment. */
    public void scale(ObjectName deployment, int replicas) {
        var _ =
                client.apps()
                        .deployments()
                        .inNamespace(deployment.namespace())
                        .withName(deployment.name())
                        .scale(replicas);
    }

    /** The names of namespaced kinds are given with their namespace. */
    public static ObjectName name(JsonNode object) {
        JsonNode metadata = object.path("metadata");
        return new ObjectName(
                metadata.path("namespace").asText(""), metadata.path("name").asText());
    }
}
