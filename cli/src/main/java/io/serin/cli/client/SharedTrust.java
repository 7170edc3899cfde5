// SPDX-License-Identifier: Apache-2.0
package io.serin.cli.client;

import com.fasterxml.jackson.databind.JsonNode;
import io.serin.api.contract.Labels;
import io.serin.api.contract.Objects;
import io.serin.api.name.Revision;
import io.serin.kube.read.ClusterReader;
import io.serin.kube.type.ObjectName;
import io.serin.kube.write.Objects.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/**
 * What control planes of all revisions have in common, and the last of them leaves behind: the
 * authority that they made, the word of it in each namespace, and the Lease of who writes that. An
 * authority that people brought along is theirs. Blocks.
 */
final class SharedTrust {

    private static final Kind SECRET = new Kind("v1", "Secret", true);
    private static final Kind LEASE = new Kind("coordination.k8s.io/v1", "Lease", true);
    private static final Kind CONFIG_MAP = new Kind("v1", "ConfigMap", true);

    /** Of the ConfigMaps that control planes write, ours and Istio's. */
    private static final Map<String, String> WRITTEN = Map.of(Labels.CONFIG, "true");

    private static final ObjectName AUTHORITY =
            new ObjectName(Objects.SYSTEM_NAMESPACE, Objects.AUTHORITY);
    private static final ObjectName ELECTION =
            new ObjectName(Objects.SYSTEM_NAMESPACE, Objects.ROOT_CERTIFICATE_LEASE);

    private final ClusterReader reader;
    private final io.serin.kube.write.Objects objects;

    SharedTrust(ClusterReader reader, io.serin.kube.write.Objects objects) {
        this.reader = reader;
        this.objects = objects;
    }

    /** What a revision leaves, in words; nothing while another is there. */
    List<String> leftBy(Revision last) {
        List<String> words = new ArrayList<>();
        if (isOneOfSeveral(last)) {
            return words;
        }
        if (hasAuthority()) {
            words.add("Secret " + AUTHORITY.name());
        }
        if (has(LEASE, ELECTION)) {
            words.add("Lease " + ELECTION.name());
        }
        TreeSet<String> namespaces = new TreeSet<>();
        roots().forEach(name -> namespaces.add(name.namespace()));
        if (!namespaces.isEmpty()) {
            words.add(
                    "ConfigMap "
                            + Objects.ROOT_CERTIFICATE
                            + " of namespaces "
                            + String.join(", ", namespaces));
        }
        return words;
    }

    /** Deletes it. To be called when no pod of the revision is left, which would write it again. */
    void deleteLeftBy(Revision last) {
        if (isOneOfSeveral(last)) {
            return;
        }
        if (hasAuthority()) {
            objects.delete(SECRET, AUTHORITY);
        }
        objects.delete(LEASE, ELECTION);
        roots().forEach(name -> objects.delete(CONFIG_MAP, name));
    }

    /**
     * Whoever's the others are, wherever they run: by their Deployments, and by whom they inject.
     */
    private boolean isOneOfSeveral(Revision last) {
        return reader
                        .objectsEverywhere(
                                "apps/v1",
                                "Deployment",
                                Map.of(Labels.APP, Labels.APP_CONTROL_PLANE))
                        .stream()
                        .anyMatch(deployment ->
                                !isOf(last, deployment)
                                        || !io.serin.kube.write.Objects.name(deployment)
                                                .namespace()
                                                .equals(Objects.SYSTEM_NAMESPACE))
                || reader
                        .objects(
                                InjectionWebhooks.API_VERSION,
                                InjectionWebhooks.KIND,
                                "",
                                Map.of(Labels.APP, Labels.APP_INJECTOR))
                        .stream()
                        .anyMatch(webhook -> !isOf(last, webhook));
    }

    private static boolean isOf(Revision revision, JsonNode object) {
        return object.path("metadata")
                .path("labels")
                .path(Labels.REVISION)
                .asText()
                .equals(revision.value());
    }

    private boolean has(Kind kind, ObjectName name) {
        return reader.object(kind.apiVersion(), kind.name(), name).isPresent();
    }

    /** Not one that another program made, under the same name. */
    private boolean hasAuthority() {
        return reader.object(SECRET.apiVersion(), SECRET.name(), AUTHORITY)
                .filter(secret ->
                        secret.path("metadata")
                                .path("labels")
                                .path(Labels.MANAGED_BY)
                                .asText()
                                .equals(Labels.SERIN))
                .isPresent();
    }

    private List<ObjectName> roots() {
        return reader
                .objectsEverywhere(CONFIG_MAP.apiVersion(), CONFIG_MAP.name(), WRITTEN)
                .stream()
                .map(io.serin.kube.write.Objects::name)
                .filter(name -> name.name().equals(Objects.ROOT_CERTIFICATE))
                .toList();
    }
}
