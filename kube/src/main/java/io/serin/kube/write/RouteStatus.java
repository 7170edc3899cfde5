// SPDX-License-Identifier: Apache-2.0
package io.serin.kube.write;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.serin.kube.Kube;
import io.serin.kube.type.KubeRoute;
import io.serin.kube.type.ObjectName;
import io.serin.kube.watch.Watches;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;

/**
 * Writes our entries of {@code status.parents} of an HTTPRoute, and leaves everybody else's alone.
 * Blocks; any thread that may.
 */
public final class RouteStatus {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int ATTEMPTS = 3;
    private static final int CONFLICT = 409;

    private final KubernetesClient client;
    private final InstantSource clock;

    public RouteStatus(Kube kube, InstantSource clock) {
        this.client = kube.client();
        this.clock = clock;
    }

    /** What is said of a route towards one of its parents. */
    public record ParentVerdict(KubeRoute.ParentRef parent, List<Condition> conditions) {}

    public record Condition(String type, boolean holds, String reason, String message) {}

    /**
     * Brings the route's status to what is said; writes nothing when it says so already.
     *
     * @param generation of the route that was judged
     * @throws KubernetesClientException when the API server can't be reached or refuses
     */
    public void write(
            ObjectName route, long generation, String controller, List<ParentVerdict> verdicts) {
        for (int attempt = 1; ; attempt++) {
            var resource =
                    client.genericKubernetesResources(Watches.HTTP_ROUTE)
                            .inNamespace(route.namespace())
                            .withName(route.name());
            GenericKubernetesResource current = resource.get();
            if (current == null) {
                return;
            }
            JsonNode before = JSON.valueToTree(current);
            if (saysMore(before.at("/status/parents"), generation, controller)) {
                return;
            }
            ArrayNode parents =
                    parents(
                            before.at("/status/parents"),
                            generation,
                            controller,
                            verdicts,
                            clock.instant().truncatedTo(ChronoUnit.SECONDS));
            if (parents.equals(before.at("/status/parents"))
                    || (parents.isEmpty() && before.at("/status/parents").isEmpty())) {
                return;
            }
            current.setAdditionalProperty(
                    "status",
                    JSON.convertValue(
                            JsonNodeFactory.instance.objectNode().set("parents", parents),
                            Object.class));
            try {
                var _ = client.resource(current).updateStatus();
                return;
            } catch (KubernetesClientException refused) {
                if (refused.getCode() != CONFLICT || attempt == ATTEMPTS) {
                    throw refused;
                }
            }
        }
    }

    /** Whether another replica, which knows a later generation, has spoken already. */
    static boolean saysMore(JsonNode parents, long generation, String controller) {
        for (JsonNode entry : parents) {
            for (JsonNode condition : entry.path("conditions")) {
                if (entry.path("controllerName").asText().equals(controller)
                        && condition.path("observedGeneration").asLong(0) > generation) {
                    return true;
                }
            }
        }
        return false;
    }

    static ArrayNode parents(
            JsonNode before,
            long generation,
            String controller,
            List<ParentVerdict> verdicts,
            Instant now) {
        ArrayNode parents = JsonNodeFactory.instance.arrayNode();
        for (JsonNode entry : before) {
            if (!entry.path("controllerName").asText().equals(controller)) {
                parents.add(entry);
            }
        }
        for (ParentVerdict verdict : verdicts) {
            ObjectNode reference = reference(verdict.parent());
            JsonNode old = JsonNodeFactory.instance.objectNode();
            for (JsonNode entry : before) {
                if (entry.path("controllerName").asText().equals(controller)
                        && entry.path("parentRef").equals(reference)) {
                    old = entry;
                }
            }
            ObjectNode entry = parents.addObject();
            ArrayNode conditions = entry.putArray("conditions");
            for (Condition condition : verdict.conditions()) {
                conditions.add(condition(condition, generation, old.path("conditions"), now));
            }
            entry.put("controllerName", controller);
            entry.set("parentRef", reference);
        }
        return parents;
    }

    private static ObjectNode condition(
            Condition condition, long generation, JsonNode before, Instant now) {
        String status = condition.holds() ? "True" : "False";
        String since = now.toString();
        for (JsonNode old : before) {
            if (old.path("type").asText().equals(condition.type())
                    && old.path("status").asText().equals(status)) {
                since = old.path("lastTransitionTime").asText(since);
            }
        }
        ObjectNode node = JsonNodeFactory.instance.objectNode();
        node.put("lastTransitionTime", since);
        node.put("message", condition.message());
        node.set("observedGeneration", JSON.valueToTree((int) generation));
        node.put("reason", condition.reason());
        node.put("status", status);
        node.put("type", condition.type());
        return node;
    }

    private static ObjectNode reference(KubeRoute.ParentRef parent) {
        ObjectNode node = JsonNodeFactory.instance.objectNode();
        node.put("group", parent.group());
        node.put("kind", parent.kind());
        node.put("name", parent.name());
        parent.namespace().ifPresent(namespace -> node.put("namespace", namespace));
        parent.port().ifPresent(port -> node.put("port", port));
        parent.sectionName().ifPresent(section -> node.put("sectionName", section));
        return node;
    }
}
