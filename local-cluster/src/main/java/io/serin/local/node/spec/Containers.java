// SPDX-License-Identifier: Apache-2.0
package io.serin.local.node.spec;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A pod's containers. */
public final class Containers {

    private Containers() {}

    public static List<JsonNode> init(JsonNode pod) {
        return pod.path("spec").path("initContainers").valueStream().toList();
    }

    public static List<JsonNode> main(JsonNode pod) {
        return pod.path("spec").path("containers").valueStream().toList();
    }

    public static List<JsonNode> all(JsonNode pod) {
        List<JsonNode> all = new ArrayList<>(init(pod));
        all.addAll(main(pod));
        return all;
    }

    public static Optional<JsonNode> find(JsonNode pod, String name) {
        return all(pod).stream().filter(c -> c.path("name").asText().equals(name)).findFirst();
    }

    /** A native sidecar: an init container that stays. */
    public static boolean isSidecar(JsonNode container) {
        return container.path("restartPolicy").asText().equals("Always");
    }

    /**
     * A port by number or by the name that the container gives it.
     *
     * @throws ConfigFailure when it has no port of that name
     */
    public static int port(JsonNode container, JsonNode port) {
        if (port.isInt()) {
            return port.asInt();
        }
        String name = port.asText();
        if (!name.isEmpty() && name.chars().allMatch(c -> c >= '0' && c <= '9')) {
            return Integer.parseInt(name);
        }
        for (JsonNode held : container.path("ports")) {
            if (held.path("name").asText().equals(name)) {
                return held.path("containerPort").asInt();
            }
        }
        throw new ConfigFailure(
                "port: " + name + " (expected: a number, or the name of one of the container's)");
    }
}
