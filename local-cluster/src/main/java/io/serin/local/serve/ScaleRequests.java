// SPDX-License-Identifier: Apache-2.0
package io.serin.local.serve;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.serin.local.resource.Faults;
import io.serin.local.resource.Kind;
import io.serin.local.verb.Call;
import io.serin.local.verb.Verbs;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;

/** The scale subresource: an {@code autoscaling/v1} Scale in front of a workload's replicas. */
final class ScaleRequests {

    private final Verbs verbs;
    private final Patches patches;

    ScaleRequests(Verbs verbs, Patches patches) {
        this.verbs = verbs;
        this.patches = patches;
    }

    void answer(Exchange exchange, Kind kind, RequestPath path) {
        if (kind.isCustom()) {
            throw Faults.badRequest(
                    "local-cluster does not scale custom resources; use --cluster kind");
        }
        Call call = exchange.call();
        switch (exchange.method()) {
            case "GET" ->
                    exchange.answer(
                            200,
                            scale(
                                    verbs.get(kind, path.namespace(), path.name())
                                            .orElseThrow(
                                                    () -> Faults.notFound(kind, path.name()))));
            case "PUT" -> {
                ObjectNode body = exchange.object();
                exchange.answer(200, scale(update(kind, path, live -> body, call)), call);
            }
            case "PATCH" -> {
                var changes = patches.changes(exchange, kind);
                exchange.answer(
                        200,
                        scale(update(kind, path, live -> changes.apply(scale(live)), call)),
                        call);
            }
            default -> throw Faults.methodNotAllowed();
        }
    }

    private ObjectNode update(
            Kind kind,
            RequestPath path,
            java.util.function.Function<ObjectNode, JsonNode> desired,
            Call call) {
        return verbs.update(
                kind,
                path.namespace(),
                path.name(),
                "scale",
                new Verbs.Edit(
                        live -> {
                            JsonNode scale = desired.apply(live);
                            ObjectNode next = live.deepCopy();
                            int replicas = scale.path("spec").path("replicas").asInt(0);
                            if (replicas < 0) {
                                throw Faults.invalid(
                                        kind,
                                        path.name(),
                                        List.of(
                                                Faults.Cause.invalid(
                                                        "spec.replicas",
                                                        replicas,
                                                        "must be greater than or equal to 0")));
                            }
                            next.withObjectProperty("spec").put("replicas", replicas);
                            String version =
                                    scale.path("metadata").path("resourceVersion").asText("");
                            if (!version.isEmpty()) {
                                next.withObjectProperty("metadata").put("resourceVersion", version);
                            }
                            return next;
                        },
                        false),
                call);
    }

    private static ObjectNode scale(ObjectNode object) {
        ObjectNode scale = JsonNodeFactory.instance.objectNode();
        scale.put("kind", "Scale").put("apiVersion", "autoscaling/v1");
        ObjectNode metadata = scale.putObject("metadata");
        for (String field :
                List.of("name", "namespace", "uid", "resourceVersion", "creationTimestamp")) {
            metadata.set(field, object.path("metadata").path(field));
        }
        scale.putObject("spec").put("replicas", object.at("/spec/replicas").asInt());
        StringJoiner selector = new StringJoiner(",");
        for (Map.Entry<String, JsonNode> label :
                object.at("/spec/selector/matchLabels").properties()) {
            selector.add(label.getKey() + "=" + label.getValue().asText());
        }
        scale.putObject("status")
                .put("replicas", object.at("/status/replicas").asInt())
                .put("selector", selector.toString());
        return scale;
    }
}
