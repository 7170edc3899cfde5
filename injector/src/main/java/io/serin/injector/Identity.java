// SPDX-License-Identifier: Apache-2.0
package io.serin.injector;

import com.fasterxml.jackson.databind.JsonNode;
import io.serin.api.contract.Labels;
import java.util.Locale;

/**
 * What a pod belongs to, as telemetry names it.
 *
 * @param workload the owner's name: of a ReplicaSet its Deployment's, of a Job its CronJob's; or
 *     what the pod's label says
 * @param owner {@code kubernetes://apis/<apiVersion>/namespaces/<ns>/<kind>s/<name>}
 * @param canonicalName a label's value
 * @param canonicalRevision a label's value
 */
record Identity(String workload, String owner, String canonicalName, String canonicalRevision) {

    private static final int MOST_OF_A_LABEL = 63;

    static Identity of(JsonNode pod, String namespace) {
        JsonNode labels = pod.path("metadata").path("labels");
        Owner owner = Owner.of(pod.path("metadata"));
        String workload = labels.path("service.istio.io/workload-name").asText("");
        return new Identity(
                workload.isEmpty() ? owner.name() : workload,
                owner.uri(namespace),
                first(labels, owner.name(), Labels.CANONICAL_NAME, "app.kubernetes.io/name", "app"),
                first(
                        labels,
                        "latest",
                        Labels.CANONICAL_REVISION,
                        "app.kubernetes.io/version",
                        "version"));
    }

    /** What made the pod. */
    private record Owner(String apiVersion, String kind, String name) {

        static Owner of(JsonNode metadata) {
            JsonNode reference = metadata.path("ownerReferences").path(0);
            if (reference.isMissingNode()) {
                String prefix = metadata.path("generateName").asText("");
                return new Owner(
                        "v1", "Pod", labelValue(metadata.path("name").asText(prefix), 253));
            }
            Owner direct =
                    new Owner(
                            reference.path("apiVersion").asText(),
                            reference.path("kind").asText(),
                            reference.path("name").asText());
            return direct.aboveIt(metadata.path("labels"));
        }

        /** Who made the owner, as far as it shows from down here. */
        private Owner aboveIt(JsonNode labels) {
            String rollout = "-" + labels.path("rollouts-pod-template-hash").asText("?");
            String template = "-" + labels.path("pod-template-hash").asText("?");
            if (kind.equals("ReplicaSet") && name.endsWith(rollout)) {
                return new Owner("argoproj.io/v1alpha1", "Rollout", without(rollout));
            }
            if (kind.equals("ReplicaSet") && name.endsWith(template)) {
                return new Owner(apiVersion, "Deployment", without(template));
            }
            if (kind.equals("Job") && name.matches(".+-[0-9]{8,10}")) {
                return new Owner(apiVersion, "CronJob", name.substring(0, name.lastIndexOf('-')));
            }
            return this;
        }

        private String without(String suffix) {
            return name.substring(0, name.length() - suffix.length());
        }

        String uri(String namespace) {
            return "kubernetes://apis/"
                    + apiVersion
                    + "/namespaces/"
                    + namespace
                    + "/"
                    + kind.toLowerCase(Locale.ROOT)
                    + "s/"
                    + name;
        }
    }

    private static String first(JsonNode labels, String otherwise, String... keys) {
        for (String key : keys) {
            String value = labels.path(key).asText("");
            if (!value.isEmpty()) {
                return value;
            }
        }
        return labelValue(otherwise, MOST_OF_A_LABEL);
    }

    /** Owners' names may be longer than a label's value, and a cut one may end in a dash. */
    private static String labelValue(String name, int most) {
        String cut = name.length() > most ? name.substring(0, most) : name;
        return cut.replaceAll("^[-_.]+|[-_.]+$", "");
    }
}
