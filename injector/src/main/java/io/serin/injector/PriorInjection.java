// SPDX-License-Identifier: Apache-2.0
package io.serin.injector;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.serin.api.contract.Labels;
import io.serin.injector.decide.Annotation;
import io.serin.injector.decide.Refusal;
import io.serin.injector.patch.Covering;
import io.serin.injector.probe.ProbeRewrite;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Set;

/**
 * What an earlier run added to a pod, by its own account in the status annotation: this revision's,
 * another's, or Istio's.
 *
 * @param pod as it was before that run; what others have added since is still there
 * @param additions what was taken out, by list: {@code initContainers}, {@code containers}, {@code
 *     volumes}, {@code imagePullSecrets}
 */
record PriorInjection(ObjectNode pod, JsonNode additions) {

    private static final ObjectMapper JSON = new ObjectMapper();

    /** The parts of a pod's spec that the status annotation accounts for, in its order. */
    static final List<String> LISTS =
            List.of("initContainers", "containers", "volumes", "imagePullSecrets");

    /**
     * Undoes it, in a copy.
     *
     * @throws Refusal when the annotations of that run are not what an injector writes
     */
    static PriorInjection undo(JsonNode injected) {
        ObjectNode pod = injected.deepCopy();
        ObjectNode additions = JsonNodeFactory.instance.objectNode();
        JsonNode annotations = pod.path("metadata").path("annotations");
        if (annotations.has(Labels.STATUS)) {
            JsonNode status = read(annotations, Annotation.STATUS);
            LISTS.forEach(list -> take(pod, list, status.path(list), additions));
            giveBack(pod, read(annotations, Annotation.OVERRIDES));
            ObjectNode own = (ObjectNode) annotations;
            own.remove(List.of(Labels.STATUS, Labels.REVISION, Annotation.OVERRIDES.key()));
            status.path("annotations").forEach(name -> own.remove(name.asText()));
            Scrape.restore(own, variable(additions, Scrape.VARIABLE));
            JsonNode probes = variable(additions, ProbeRewrite.VARIABLE);
            containers(pod).forEach(container -> ProbeRewrite.restore(container, probes));
            // What else a person has put there stays.
            if (pod.path("metadata").path("labels") instanceof ObjectNode labels
                    && labels.path(Labels.TLS_MODE).asText().equals(Labels.TLS_MODE_MTLS)) {
                labels.remove(Labels.TLS_MODE);
            }
        } else if (annotations.has(Annotation.OVERRIDES.key())) {
            throw Refusal.annotation(
                    Annotation.OVERRIDES.key(),
                    annotations.path(Annotation.OVERRIDES.key()).asText(),
                    "not to be set: the injector writes it");
        }
        return new PriorInjection(pod, additions);
    }

    /**
     * What that run added under this name, if it has all that is now to be added: so that what the
     * API server or another webhook has put into it since is not lost. Else what is to be added.
     */
    JsonNode keepIfGood(String list, JsonNode part) {
        for (JsonNode addition : additions.path(list)) {
            if (addition.path("name").equals(part.path("name"))
                    && Covering.covers(addition, part)) {
                return addition;
            }
        }
        return part;
    }

    private static JsonNode read(JsonNode annotations, Annotation annotation) {
        return read(
                "metadata.annotations[" + annotation.key() + "]",
                annotations.path(annotation.key()).asText("{}"));
    }

    private static JsonNode read(String where, String text) {
        try {
            JsonNode value = JSON.readTree(text);
            if (value.isObject()) {
                return value;
            }
        } catch (JacksonException broken) {
            // Said below, as for JSON that is something else.
        }
        throw new Refusal(where, text, "what the injector wrote, a JSON object");
    }

    /** What the run told the agent about the pod in a variable; no fields where it did not. */
    private static JsonNode variable(JsonNode additions, String name) {
        for (String list : List.of("initContainers", "containers")) {
            for (JsonNode container : additions.path(list)) {
                for (JsonNode variable : container.path("env")) {
                    if (variable.path("name").asText().equals(name)) {
                        return read(
                                "spec."
                                        + list
                                        + "["
                                        + container.path("name").asText()
                                        + "].env["
                                        + name
                                        + "]",
                                variable.path("value").asText());
                    }
                }
            }
        }
        return JsonNodeFactory.instance.objectNode();
    }

    private static List<ObjectNode> containers(JsonNode pod) {
        List<ObjectNode> containers = new ArrayList<>();
        for (String list : List.of("initContainers", "containers")) {
            for (JsonNode container : pod.path("spec").path(list)) {
                containers.add((ObjectNode) container);
            }
        }
        return containers;
    }

    private static void take(ObjectNode pod, String list, JsonNode names, ObjectNode additions) {
        Set<String> added = new HashSet<>();
        names.forEach(name -> added.add(name.asText()));
        if (!(pod.path("spec").path(list) instanceof ArrayNode items)) {
            return;
        }
        ArrayNode taken = additions.putArray(list);
        for (Iterator<JsonNode> i = items.iterator(); i.hasNext(); ) {
            JsonNode item = i.next();
            if (added.contains(item.path("name").asText())) {
                taken.add(item);
                i.remove();
            }
        }
    }

    /** The containers that the pod brought along, and that the run laid over its own. */
    private static void giveBack(ObjectNode pod, JsonNode overrides) {
        for (String list : List.of("initContainers", "containers")) {
            for (JsonNode container : overrides.path(list)) {
                if (!container.path("name").isTextual()) {
                    throw Refusal.annotation(
                            Annotation.OVERRIDES.key(),
                            overrides.toString(),
                            "what the injector wrote, containers with names");
                }
                pod.withObject("/spec").withArray("/" + list).add(container);
            }
        }
    }
}
