// SPDX-License-Identifier: Apache-2.0
package io.serin.injector;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.serin.injector.decide.Annotations;

/**
 * The proxy's requests and limits: the configured ones, each replaced by the annotation for it.
 * (Istio lets one annotation drop all that is configured, which surprises everybody.)
 */
final class ProxyResources {

    private ProxyResources() {}

    static JsonNode of(Annotations annotations, JsonNode configured) {
        ObjectNode resources =
                configured.isObject()
                        ? configured.deepCopy()
                        : JsonNodeFactory.instance.objectNode();
        replace(resources, "requests", "cpu", annotations, Annotations.PROXY_CPU);
        replace(resources, "requests", "memory", annotations, Annotations.PROXY_MEMORY);
        replace(resources, "limits", "cpu", annotations, Annotations.PROXY_CPU_LIMIT);
        replace(resources, "limits", "memory", annotations, Annotations.PROXY_MEMORY_LIMIT);
        return resources;
    }

    private static void replace(
            ObjectNode resources,
            String kind,
            String resource,
            Annotations annotations,
            String annotation) {
        annotations
                .get(annotation)
                .ifPresent(value -> resources.withObject("/" + kind).put(resource, value));
    }
}
