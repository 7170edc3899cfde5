// SPDX-License-Identifier: Apache-2.0
package io.serin.local.route;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;

/** An address and port that a Service's port leads to. */
public record Backend(String address, int port) {

    /**
     * Those that a Service's port leads to now, as kube-proxy chooses: the ready ones; without any,
     * those that still serve while they go.
     *
     * @param slices the Service's own
     */
    public static List<Backend> of(JsonNode servicePort, List<ObjectNode> slices) {
        List<Backend> ready = new ArrayList<>();
        List<Backend> going = new ArrayList<>();
        for (ObjectNode slice : slices) {
            for (JsonNode port : slice.path("ports")) {
                if (!port.path("name").asText().equals(servicePort.path("name").asText())) {
                    continue;
                }
                for (JsonNode endpoint : slice.path("endpoints")) {
                    JsonNode conditions = endpoint.path("conditions");
                    Backend backend =
                            new Backend(
                                    endpoint.path("addresses").path(0).asText(),
                                    port.path("port").asInt());
                    if (conditions.path("ready").asBoolean(true)) {
                        ready.add(backend);
                    } else if (conditions.path("serving").asBoolean(true)
                            && conditions.path("terminating").asBoolean(false)) {
                        going.add(backend);
                    }
                }
            }
        }
        return (ready.isEmpty() ? going : ready).stream().distinct().toList();
    }
}
