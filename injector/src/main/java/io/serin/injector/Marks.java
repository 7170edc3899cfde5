// SPDX-License-Identifier: Apache-2.0
package io.serin.injector;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.serin.api.contract.Labels;
import io.serin.api.contract.Ports;
import io.serin.api.name.Revision;
import io.serin.injector.decide.Annotation;
import io.serin.injector.decide.Annotations;
import java.util.List;

/**
 * The labels and annotations that say what was done to a pod, and what it is to telemetry. A pod's
 * own are kept, but for the injector's account of itself. The label {@code istio.io/rev} is never
 * touched: it says what the pod wants, not what it has.
 */
final class Marks {

    private static final List<String> SCRAPE =
            List.of("prometheus.io/scrape", "prometheus.io/port", "prometheus.io/path");

    private Marks() {}

    static void label(ObjectNode pod, Identity identity, String network) {
        ObjectNode labels = pod.withObject("/metadata").withObject("/labels");
        putIfAbsent(labels, Labels.CANONICAL_NAME, identity.canonicalName());
        putIfAbsent(labels, Labels.CANONICAL_REVISION, identity.canonicalRevision());
        if (!network.isEmpty()) {
            putIfAbsent(labels, Injector.NETWORK_LABEL, network);
        }
    }

    static void annotate(
            ObjectNode pod,
            Revision revision,
            JsonNode additions,
            BroughtAlong broughtAlong,
            Annotations checked) {
        ObjectNode annotations = pod.withObject("/metadata").withObject("/annotations");
        annotations.put(Labels.REVISION, revision.value());
        annotations.put(Labels.STATUS, status(revision, additions));
        if (!broughtAlong.containers().isEmpty()) {
            annotations.put(Annotation.OVERRIDES.key(), broughtAlong.containers().toString());
        }
        String first = pod.path("spec").path("containers").path(0).path("name").asText();
        putIfAbsent(annotations, "kubectl.kubernetes.io/default-container", first);
        putIfAbsent(annotations, "kubectl.kubernetes.io/default-logs-container", first);
        // Whoever has scrape settings of their own keeps them, all of them.
        boolean merge = checked.get(Annotation.MERGE_METRICS).orElse("true").equals("true");
        if (merge && SCRAPE.stream().noneMatch(annotations::has)) {
            annotations
                    .put("prometheus.io/scrape", "true")
                    .put("prometheus.io/port", Integer.toString(Ports.AGENT))
                    .put("prometheus.io/path", "/stats/prometheus");
        }
    }

    /** In the form that Istio's tools read. */
    private static String status(Revision revision, JsonNode additions) {
        ObjectNode status = JsonNodeFactory.instance.objectNode();
        for (String list : List.of("initContainers", "containers", "volumes")) {
            var names = status.putArray(list);
            additions.path(list).forEach(part -> names.add(part.path("name").asText()));
        }
        status.putArray("imagePullSecrets");
        return status.put("revision", revision.value()).toString();
    }

    private static void putIfAbsent(ObjectNode map, String key, String value) {
        if (!map.has(key)) {
            map.put(key, value);
        }
    }
}
