// SPDX-License-Identifier: Apache-2.0
package io.serin.injector;

import com.fasterxml.jackson.databind.JsonNode;
import io.serin.api.contract.Labels;
import java.util.Locale;

/**
 * What a pod belongs to, as telemetry names it.
 *
 * @param workload the owner's name: of a ReplicaSet its Deployment's, of a Job its CronJob's
 * @param owner {@code kubernetes://apis/<apiVersion>/namespaces/<ns>/<kind>s/<name>}
 */
record Identity(String workload, String owner, String canonicalName, String canonicalRevision) {

    private static final int MAX_LABEL = 63;

    static Identity of(JsonNode pod) {
        JsonNode metadata = pod.path("metadata");
        JsonNode labels = metadata.path("labels");
        JsonNode reference = metadata.path("ownerReferences").path(0);
        String kind = reference.path("kind").asText("Pod");
        String version = reference.path("apiVersion").asText("v1");
        String name =
                reference
                        .path("name")
                        .asText(
                                metadata.path("name")
                                        .asText(metadata.path("generateName").asText("")));
        name = trim(name);
        String hash = labels.path("pod-template-hash").asText("");
        if (kind.equals("ReplicaSet") && !hash.isEmpty() && name.endsWith("-" + hash)) {
            kind = "Deployment";
            name = name.substring(0, name.length() - hash.length() - 1);
        } else if (kind.equals("Job") && name.matches(".+-[0-9]{8,10}")) {
            kind = "CronJob";
            name = name.substring(0, name.lastIndexOf('-'));
        }
        return new Identity(
                name,
                "kubernetes://apis/"
                        + version
                        + "/namespaces/"
                        + metadata.path("namespace").asText("default")
                        + "/"
                        + kind.toLowerCase(Locale.ROOT)
                        + "s/"
                        + name,
                first(labels, name, Labels.CANONICAL_NAME, "app.kubernetes.io/name", "app"),
                first(
                        labels,
                        "latest",
                        Labels.CANONICAL_REVISION,
                        "app.kubernetes.io/version",
                        "version"));
    }

    private static String first(JsonNode labels, String otherwise, String... keys) {
        for (String key : keys) {
            String value = labels.path(key).asText("");
            if (!value.isEmpty()) {
                return trim(value);
            }
        }
        return trim(otherwise);
    }

    /** To what a label's value may be. */
    private static String trim(String value) {
        String cut = value.length() > MAX_LABEL ? value.substring(0, MAX_LABEL) : value;
        return cut.replaceAll("^[-_.]+|[-_.]+$", "");
    }
}
