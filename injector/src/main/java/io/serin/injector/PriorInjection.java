// SPDX-License-Identifier: Apache-2.0
package io.serin.injector;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.serin.api.contract.Labels;
import io.serin.injector.decide.Refusal;
import java.util.HashSet;
import java.util.Iterator;
import java.util.Set;

/** What an earlier run added, by its own account in the status annotation. */
final class PriorInjection {

    private static final ObjectMapper JSON = new ObjectMapper();

    private PriorInjection() {}

    /** Takes it out again; a pod without the annotation stays as it is. */
    static void remove(ObjectNode pod) {
        JsonNode annotation = pod.path("metadata").path("annotations").path(Labels.STATUS);
        if (annotation.isMissingNode()) {
            return;
        }
        JsonNode status;
        try {
            status = JSON.readTree(annotation.asText());
        } catch (JacksonException broken) {
            throw Refusal.annotation(
                    Labels.STATUS, annotation.asText(), "what the injector wrote, as JSON");
        }
        for (String list : new String[] {"initContainers", "containers", "volumes"}) {
            Set<String> added = new HashSet<>();
            status.path(list).forEach(name -> added.add(name.asText()));
            if (pod.path("spec").path(list) instanceof ArrayNode items) {
                for (Iterator<JsonNode> i = items.iterator(); i.hasNext(); ) {
                    if (added.contains(i.next().path("name").asText())) {
                        i.remove();
                    }
                }
            }
        }
    }
}
