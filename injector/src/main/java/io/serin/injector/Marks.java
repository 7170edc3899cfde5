// SPDX-License-Identifier: Apache-2.0
package io.serin.injector;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.serin.api.contract.Labels;
import io.serin.api.name.Revision;
import io.serin.injector.decide.Annotation;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The labels and annotations that say what was done to a pod, and what it is to telemetry. A pod's
 * own are kept, but for the injector's account of itself. The label {@code istio.io/rev} is never
 * touched: it says what the pod wants, not what it has.
 */
final class Marks {

    private Marks() {}

    static void label(ObjectNode pod, Identity identity, String network) {
        ObjectNode labels = pod.withObject("/metadata").withObject("/labels");
        putIfAbsent(labels, Labels.CANONICAL_NAME, identity.canonicalName());
        putIfAbsent(labels, Labels.CANONICAL_REVISION, identity.canonicalRevision());
        if (!network.isEmpty()) {
            putIfAbsent(labels, Injector.NETWORK_LABEL, network);
        }
    }

    /** The proxy stands before the pod's ports, so that others may call them by mTLS. */
    static void labelMtls(ObjectNode pod) {
        putIfAbsent(
                pod.withObject("/metadata").withObject("/labels"),
                Labels.TLS_MODE,
                Labels.TLS_MODE_MTLS);
    }

    /**
     * @param traffic what holds for the pod's traffic, for those who read it from the pod; its own
     *     stay
     * @param firstContainer of the pod's own
     */
    static void annotate(
            ObjectNode pod,
            InjectorConfig config,
            Additions additions,
            BroughtAlong broughtAlong,
            Map<String, String> traffic,
            String firstContainer) {
        ObjectNode annotations = pod.withObject("/metadata").withObject("/annotations");
        Map<String, String> more = new LinkedHashMap<>(config.injectedAnnotations());
        more.putAll(traffic);
        List<String> injected =
                more.keySet().stream().filter(name -> !annotations.has(name)).toList();
        injected.forEach(name -> annotations.put(name, more.get(name)));
        annotations.put(Labels.REVISION, config.revision().value());
        annotations.put(Labels.STATUS, status(config.revision(), additions, injected));
        if (!broughtAlong.containers().isEmpty()) {
            annotations.put(Annotation.OVERRIDES.key(), broughtAlong.containers().toString());
        }
        putIfAbsent(annotations, "kubectl.kubernetes.io/default-container", firstContainer);
        putIfAbsent(annotations, "kubectl.kubernetes.io/default-logs-container", firstContainer);
    }

    /** In the form that Istio's tools read; the annotations are ours, said where there are any. */
    private static String status(Revision revision, Additions additions, List<String> annotations) {
        ObjectNode status = JsonNodeFactory.instance.objectNode();
        for (String list : PriorInjection.LISTS) {
            var names = status.putArray(list);
            additions.list(list).forEach(part -> names.add(part.path("name").asText()));
        }
        if (!annotations.isEmpty()) {
            annotations.forEach(status.putArray("annotations")::add);
        }
        return status.put("revision", revision.value()).toString();
    }

    private static void putIfAbsent(ObjectNode map, String key, String value) {
        if (!map.has(key)) {
            map.put(key, value);
        }
    }
}
