// SPDX-License-Identifier: Apache-2.0
package io.serin.local.serve;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.serin.local.resource.Faults;
import io.serin.local.resource.Kind;
import java.util.ArrayList;
import java.util.List;

/** Which of a pod's containers a request means. */
final class Containers {

    private Containers() {}

    static String choose(Kind kind, ObjectNode pod, String asked) {
        String name = pod.path("metadata").path("name").asText();
        List<String> names = names(pod.at("/spec/containers"));
        List<String> inits = names(pod.at("/spec/initContainers"));
        if (asked.isEmpty()) {
            if (names.size() == 1) {
                return names.getFirst();
            }
            throw Faults.badRequest(
                    "a container name must be specified for pod "
                            + name
                            + ", choose one of: "
                            + names.toString().replace(",", "")
                            + (inits.isEmpty()
                                    ? ""
                                    : " or one of the init containers: "
                                            + inits.toString().replace(",", "")));
        }
        if (!names.contains(asked) && !inits.contains(asked)) {
            throw Faults.badRequest(
                    "container " + asked + " is not valid for " + kind.singular() + " " + name);
        }
        return asked;
    }

    private static List<String> names(JsonNode containers) {
        List<String> names = new ArrayList<>();
        containers.forEach(container -> names.add(container.path("name").asText()));
        return names;
    }
}
