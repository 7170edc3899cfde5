// SPDX-License-Identifier: Apache-2.0
package io.serin.local.resource;

import static io.serin.local.resource.Defaults.absent;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** The defaults of pods and of templates for pods. */
final class PodDefaults {

    private static final int CONFIG_MODE = 0644;

    private PodDefaults() {}

    static void pod(ObjectNode pod) {
        spec(pod.withObjectProperty("spec"));
        ObjectNode spec = pod.withObjectProperty("spec");
        if (!spec.has("enableServiceLinks")) {
            spec.put("enableServiceLinks", true);
        }
        for (String list : new String[] {"initContainers", "containers"}) {
            for (JsonNode container : spec.path(list)) {
                requestsFromLimits(container.path("resources"));
            }
        }
    }

    static void template(ObjectNode spec) {
        ObjectNode template = spec.withObjectProperty("template");
        template.withObjectProperty("metadata");
        spec(template.withObjectProperty("spec"));
    }

    private static void spec(ObjectNode spec) {
        absent(spec, "restartPolicy", "Always");
        absent(spec, "terminationGracePeriodSeconds", 30);
        absent(spec, "dnsPolicy", "ClusterFirst");
        absent(spec, "schedulerName", "default-scheduler");
        spec.withObjectProperty("securityContext");
        // Both names of the one field are always kept alike.
        if (spec.hasNonNull("serviceAccountName")) {
            spec.set("serviceAccount", spec.get("serviceAccountName"));
        } else if (spec.hasNonNull("serviceAccount")) {
            spec.set("serviceAccountName", spec.get("serviceAccount"));
        }
        spec.path("initContainers").forEach(PodDefaults::container);
        spec.path("containers").forEach(PodDefaults::container);
        spec.path("ephemeralContainers").forEach(PodDefaults::container);
        spec.path("volumes").forEach(PodDefaults::volume);
    }

    private static void container(JsonNode node) {
        if (!(node instanceof ObjectNode container)) {
            return;
        }
        absent(container, "terminationMessagePath", "/dev/termination-log");
        absent(container, "terminationMessagePolicy", "File");
        if (!container.hasNonNull("imagePullPolicy")) {
            String image = container.path("image").asText();
            container.put("imagePullPolicy", isLatest(image) ? "Always" : "IfNotPresent");
        }
        container.withObjectProperty("resources");
        for (JsonNode port : container.path("ports")) {
            absent((ObjectNode) port, "protocol", "TCP");
        }
        for (JsonNode variable : container.path("env")) {
            if (variable.path("valueFrom").path("fieldRef") instanceof ObjectNode reference) {
                absent(reference, "apiVersion", "v1");
            }
            if (variable.path("valueFrom").path("resourceFieldRef")
                    instanceof ObjectNode reference) {
                absent(reference, "divisor", "0");
            }
        }
        probe(container.path("livenessProbe"));
        probe(container.path("readinessProbe"));
        probe(container.path("startupProbe"));
        handler(container.path("lifecycle").path("postStart"));
        handler(container.path("lifecycle").path("preStop"));
    }

    private static boolean isLatest(String image) {
        String name = image.substring(image.lastIndexOf('/') + 1);
        return !image.contains("@") && (!name.contains(":") || name.endsWith(":latest"));
    }

    private static void probe(JsonNode node) {
        if (node instanceof ObjectNode probe) {
            absent(probe, "timeoutSeconds", 1);
            absent(probe, "periodSeconds", 10);
            absent(probe, "successThreshold", 1);
            absent(probe, "failureThreshold", 3);
            handler(probe);
            if (probe.path("grpc") instanceof ObjectNode grpc) {
                absent(grpc, "service", "");
            }
        }
    }

    private static void handler(JsonNode node) {
        if (node.path("httpGet") instanceof ObjectNode get) {
            absent(get, "path", "/");
            absent(get, "scheme", "HTTP");
        }
    }

    private static void volume(JsonNode node) {
        if (!(node instanceof ObjectNode volume)) {
            return;
        }
        if (volume.path("secret") instanceof ObjectNode secret) {
            absent(secret, "defaultMode", CONFIG_MODE);
        }
        if (volume.path("configMap") instanceof ObjectNode map) {
            absent(map, "defaultMode", CONFIG_MODE);
        }
        if (volume.path("hostPath") instanceof ObjectNode path) {
            absent(path, "type", "");
        }
        if (volume.path("downwardAPI") instanceof ObjectNode downward) {
            absent(downward, "defaultMode", CONFIG_MODE);
            fieldReferences(downward);
        }
        if (volume.path("projected") instanceof ObjectNode projected) {
            absent(projected, "defaultMode", CONFIG_MODE);
            for (JsonNode source : projected.path("sources")) {
                if (source.path("serviceAccountToken") instanceof ObjectNode token) {
                    absent(token, "expirationSeconds", 3600);
                }
                fieldReferences(source.path("downwardAPI"));
            }
        }
        if (volume.size() == 1) {
            // A volume that names no source is an empty folder.
            volume.putObject("emptyDir");
        }
    }

    private static void fieldReferences(JsonNode downward) {
        for (JsonNode item : downward.path("items")) {
            if (item.path("fieldRef") instanceof ObjectNode reference) {
                absent(reference, "apiVersion", "v1");
            }
        }
    }

    private static void requestsFromLimits(JsonNode resources) {
        if (resources.path("limits") instanceof ObjectNode limits && !limits.isEmpty()) {
            ObjectNode requests = ((ObjectNode) resources).withObjectProperty("requests");
            limits.properties()
                    .forEach(limit -> {
                        if (!requests.has(limit.getKey())) {
                            requests.set(limit.getKey(), limit.getValue());
                        }
                    });
        }
    }
}
