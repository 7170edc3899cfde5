// SPDX-License-Identifier: Apache-2.0
package io.serin.injector;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;

/** The ports that a pod says it listens on, of its containers and its native sidecars. */
final class ServedPorts {

    private ServedPorts() {}

    /** As they are written in the pod; those of UDP are left out. */
    static ArrayNode of(JsonNode pod) {
        ArrayNode ports = JsonNodeFactory.instance.arrayNode();
        pod.path("spec").path("containers").forEach(container -> add(ports, container));
        for (JsonNode container : pod.path("spec").path("initContainers")) {
            if (container.path("restartPolicy").asText().equals("Always")) {
                add(ports, container);
            }
        }
        return ports;
    }

    private static void add(ArrayNode ports, JsonNode container) {
        for (JsonNode port : container.path("ports")) {
            if (!port.path("protocol").asText("TCP").equals("UDP")) {
                ports.add(port);
            }
        }
    }
}
