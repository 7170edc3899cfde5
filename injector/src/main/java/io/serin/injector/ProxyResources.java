// SPDX-License-Identifier: Apache-2.0
package io.serin.injector;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.serin.injector.decide.Annotation;
import io.serin.injector.decide.Annotations;
import io.serin.injector.decide.Quantity;
import io.serin.injector.decide.Refusal;
import java.util.Optional;

/**
 * The proxy's requests and limits: the configured ones, each replaced by the annotation for it.
 * (Istio lets one annotation drop all that is configured, which surprises everybody.) A configured
 * limit below an annotated request gives way to it, and so does a request above an annotated limit:
 * nobody asked for these two together, and the API server would refuse them.
 */
final class ProxyResources {

    private ProxyResources() {}

    static JsonNode of(Annotations annotations, JsonNode configured) {
        ObjectNode resources =
                configured.isObject()
                        ? configured.deepCopy()
                        : JsonNodeFactory.instance.objectNode();
        lay(resources, "cpu", annotations, Annotation.PROXY_CPU, Annotation.PROXY_CPU_LIMIT);
        lay(
                resources,
                "memory",
                annotations,
                Annotation.PROXY_MEMORY,
                Annotation.PROXY_MEMORY_LIMIT);
        return resources;
    }

    private static void lay(
            ObjectNode resources,
            String resource,
            Annotations annotations,
            Annotation requestAnnotation,
            Annotation limitAnnotation) {
        Optional<String> request = annotations.get(requestAnnotation);
        Optional<String> limit = annotations.get(limitAnnotation);
        request.ifPresent(value -> resources.withObject("/requests").put(resource, value));
        limit.ifPresent(value -> resources.withObject("/limits").put(resource, value));
        if (request.isEmpty() && limit.isEmpty() || !exceeds(resources, resource)) {
            return;
        }
        if (request.isPresent() && limit.isPresent()) {
            throw Refusal.annotation(
                    requestAnnotation.key(),
                    request.get(),
                    "at most " + limit.get() + ", as " + limitAnnotation.key() + " says");
        }
        resources.withObject(request.isPresent() ? "/limits" : "/requests").remove(resource);
    }

    private static boolean exceeds(JsonNode resources, String resource) {
        Optional<Quantity> request = quantity(resources.path("requests").path(resource));
        Optional<Quantity> limit = quantity(resources.path("limits").path(resource));
        return request.isPresent() && limit.isPresent() && request.get().compareTo(limit.get()) > 0;
    }

    private static Optional<Quantity> quantity(JsonNode value) {
        return Quantity.parse(value.asText());
    }
}
