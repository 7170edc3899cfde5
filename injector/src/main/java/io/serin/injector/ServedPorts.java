// SPDX-License-Identifier: Apache-2.0
package io.serin.injector;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** The ports that a pod says it listens on, of its containers and its native sidecars. */
final class ServedPorts {

    private ServedPorts() {}

    /** In one form, whether or not the API server has filled in the protocol; without UDP. */
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
            String protocol = port.path("protocol").asText("TCP");
            if (!protocol.equals("UDP")) {
                ObjectNode served = ports.addObject();
                if (port.has("name")) {
                    served.put("name", port.path("name").asText());
                }
                served.put("containerPort", port.path("containerPort").asInt());
                served.put("protocol", protocol);
            }
        }
    }
}
