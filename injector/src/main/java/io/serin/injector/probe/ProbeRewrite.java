// SPDX-License-Identifier: Apache-2.0
package io.serin.injector.probe;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.serin.api.contract.Ports;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Probes and hooks that go over the network, asked of the sidecar's agent at 15020, which asks the
 * application. Else they would be taken for the traffic of a client: counted as requests, refused
 * where clients need a certificate, and a TCP probe would be answered by the proxy, which takes any
 * connection, whether or not the application does. Exec probes stay, and those of another host. One
 * for each pod; one thread.
 */
public final class ProbeRewrite {

    /** The proxy's variable that holds what was asked before, in Istio's form. */
    public static final String VARIABLE = "ISTIO_KUBE_APP_PROBERS";

    /** What the agent can ask, and the fields in which it is told. */
    private static final Map<String, Set<String>> HANDLERS =
            Map.of(
                    "httpGet", Set.of("path", "port", "scheme", "httpHeaders"),
                    "tcpSocket", Set.of("port"),
                    "grpc", Set.of("port", "service"));

    private final SortedMap<String, JsonNode> originals = new TreeMap<>();
    private final List<String> warnings = new ArrayList<>();

    /** Rewrites, in place, what is asked of a container. */
    public void rewrite(ObjectNode container) {
        for (Question question : Question.values()) {
            question.in(container).ifPresent(asked -> rewrite(container, question, asked));
        }
    }

    private void rewrite(ObjectNode container, Question question, ObjectNode asked) {
        for (String handler : HANDLERS.keySet()) {
            if (asked.get(handler) instanceof ObjectNode how && isForTheApplication(how)) {
                ObjectNode original = how.deepCopy();
                original.remove("host");
                List<String> unknown = new ArrayList<>();
                original.fieldNames().forEachRemaining(unknown::add);
                unknown.removeAll(HANDLERS.getOrDefault(handler, Set.of()));
                int port = port(how.path("port"), container);
                if (!unknown.isEmpty()) {
                    warn(container, question, "has " + unknown + ", which the agent does not know");
                } else if (port == 0) {
                    warn(
                            container,
                            question,
                            "asks port '"
                                    + how.path("port").asText()
                                    + "', but the container names no port so");
                } else {
                    put(container, question, asked, handler, original.put("port", port));
                }
                return;
            }
        }
    }

    private void warn(JsonNode container, Question question, String what) {
        warnings.add(
                "container "
                        + container.path("name").asText()
                        + ": "
                        + question.field()
                        + " "
                        + what
                        + ": it is not put to the sidecar's agent");
    }

    /** Not for another host, nor for the agent itself. */
    private static boolean isForTheApplication(JsonNode how) {
        return how.path("host").asText("").isEmpty() && how.path("port").asInt() != Ports.AGENT;
    }

    /** As a number; 0 when the container names no such port. */
    private static int port(JsonNode numberOrName, JsonNode container) {
        if (numberOrName.isNumber()) {
            return numberOrName.asInt();
        }
        for (JsonNode port : container.path("ports")) {
            if (port.path("name").asText().equals(numberOrName.asText())) {
                return port.path("containerPort").asInt();
            }
        }
        return 0;
    }

    private void put(
            JsonNode container,
            Question question,
            ObjectNode asked,
            String handler,
            ObjectNode original) {
        String path = question.path(container.path("name").asText());
        ObjectNode entry = JsonNodeFactory.instance.objectNode();
        entry.set(handler, original);
        if (asked.has("timeoutSeconds")) {
            entry.set("timeoutSeconds", asked.path("timeoutSeconds"));
        }
        originals.put(path, entry);
        asked.remove(handler);
        asked.putObject("httpGet").put("path", path).put("port", Ports.AGENT).put("scheme", "HTTP");
    }

    /** Whether there was something to rewrite. */
    public boolean isNeeded() {
        return !originals.isEmpty();
    }

    /** What {@link #VARIABLE} holds: by the agent's path, what is to be asked. */
    public String originals() {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        originals.forEach(json::set);
        return json.toString();
    }

    /** Whether a hook is called as soon as a container has been started. */
    public boolean hasPostStart() {
        return originals.keySet().stream().anyMatch(Question.POST_START::isAt);
    }

    /** One sentence for each that could not be rewritten. */
    public List<String> warnings() {
        return List.copyOf(warnings);
    }

    /**
     * Puts back, in place, what was asked of a container.
     *
     * @param originals what {@link #VARIABLE} holds
     */
    public static void restore(ObjectNode container, JsonNode originals) {
        for (Question question : Question.values()) {
            JsonNode original = originals.path(question.path(container.path("name").asText()));
            question.in(container)
                    .filter(asked ->
                            isRewritten(asked)
                                    && HANDLERS.keySet().stream().anyMatch(original::has))
                    .ifPresent(asked -> {
                        asked.remove("httpGet");
                        for (Map.Entry<String, JsonNode> field : original.properties()) {
                            if (HANDLERS.containsKey(field.getKey())) {
                                asked.set(field.getKey(), field.getValue());
                            }
                        }
                    });
        }
    }

    private static boolean isRewritten(JsonNode asked) {
        JsonNode get = asked.path("httpGet");
        return get.path("port").asInt() == Ports.AGENT
                && get.path("path").asText().startsWith("/app-");
    }
}
