// SPDX-License-Identifier: Apache-2.0
package io.serin.local.admission;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.serin.local.admission.Attributes.Operation;
import io.serin.local.api.Resources;
import io.serin.local.resource.Faults;
import io.serin.local.resource.Kind;
import io.serin.local.store.Key;
import io.serin.local.store.Store;
import java.util.function.Supplier;

/**
 * Gives each pod a service account, and its containers the account's token, the cluster's
 * certificate and the namespace's name in a folder. As Kubernetes' ServiceAccount admission.
 */
public final class ServiceAccountStep implements AdmissionStep {

    private static final String FOLDER = "/var/run/secrets/kubernetes.io/serviceaccount";
    private static final String VOLUME_PREFIX = "kube-api-access-";
    // An hour and seven seconds, which tells it from tokens that people ask for.
    private static final int EXPIRATION_SECONDS = 3607;
    private static final int MODE = 0644;

    private final Store store;
    private final Supplier<String> suffix;

    /**
     * @param suffix of a volume's name, e.g. {@code x7k2q}
     */
    public ServiceAccountStep(Store store, Supplier<String> suffix) {
        this.store = store;
        this.suffix = suffix;
    }

    @Override
    public void admit(Attributes attributes) {
        if (!attributes.kind().is(Resources.PODS)
                || !attributes.subresource().isEmpty()
                || attributes.operation() != Operation.CREATE) {
            return;
        }
        ObjectNode pod = attributes.object().orElseThrow();
        ObjectNode spec = pod.withObjectProperty("spec");
        if (spec.path("serviceAccountName").asText("").isEmpty()) {
            spec.put("serviceAccountName", "default");
            spec.put("serviceAccount", "default");
        }
        String name = spec.path("serviceAccountName").asText();
        ObjectNode account =
                store.get(
                                new Key(
                                        Kind.collection(Resources.SERVICE_ACCOUNTS),
                                        attributes.namespace(),
                                        name))
                        .orElseThrow(() ->
                                Faults.forbidden(
                                        attributes.kind(),
                                        attributes.name(),
                                        "error looking up service account "
                                                + attributes.namespace()
                                                + "/"
                                                + name
                                                + ": serviceaccount \""
                                                + name
                                                + "\" not found"));
        if (account.path("imagePullSecrets").isArray() && !spec.has("imagePullSecrets")) {
            spec.set("imagePullSecrets", account.get("imagePullSecrets").deepCopy());
        }
        boolean mount =
                spec.has("automountServiceAccountToken")
                        ? spec.path("automountServiceAccountToken").asBoolean()
                        : account.path("automountServiceAccountToken").asBoolean(true);
        if (mount) {
            mountToken(spec);
        }
    }

    private void mountToken(ObjectNode spec) {
        String volume = "";
        for (JsonNode each : spec.path("volumes")) {
            if (each.path("name").asText().startsWith(VOLUME_PREFIX)) {
                volume = each.path("name").asText();
            }
        }
        boolean present = !volume.isEmpty();
        if (!present) {
            volume = VOLUME_PREFIX + suffix.get();
        }
        boolean used = false;
        for (String list : new String[] {"initContainers", "containers"}) {
            for (JsonNode container : spec.path(list)) {
                used |= mount((ObjectNode) container, volume);
            }
        }
        if (used && !present) {
            spec.withArrayProperty("volumes").add(volume(volume));
        }
    }

    /** Whether it was needed: one that mounts something there itself is left alone. */
    private static boolean mount(ObjectNode container, String volume) {
        for (JsonNode mount : container.path("volumeMounts")) {
            if (mount.path("mountPath").asText().equals(FOLDER)) {
                return false;
            }
        }
        container
                .withArrayProperty("volumeMounts")
                .addObject()
                .put("name", volume)
                .put("readOnly", true)
                .put("mountPath", FOLDER);
        return true;
    }

    private static ObjectNode volume(String name) {
        ObjectNode volume =
                com.fasterxml.jackson.databind.node.JsonNodeFactory.instance.objectNode();
        volume.put("name", name);
        ObjectNode projected = volume.putObject("projected");
        ArrayNode sources = projected.putArray("sources");
        sources.addObject()
                .putObject("serviceAccountToken")
                .put("expirationSeconds", EXPIRATION_SECONDS)
                .put("path", "token");
        ObjectNode authority = sources.addObject().putObject("configMap");
        authority.put("name", "kube-root-ca.crt");
        authority.putArray("items").addObject().put("key", "ca.crt").put("path", "ca.crt");
        ObjectNode item =
                sources.addObject()
                        .putObject("downwardAPI")
                        .putArray("items")
                        .addObject()
                        .put("path", "namespace");
        item.putObject("fieldRef").put("apiVersion", "v1").put("fieldPath", "metadata.namespace");
        projected.put("defaultMode", MODE);
        return volume;
    }
}
