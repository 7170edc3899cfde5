// SPDX-License-Identifier: Apache-2.0
package io.serin.local.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;

/** What happened to an object, for {@code kubectl describe}; the same again counts up. */
public final class Events {

    private static final int REMEMBERED = 1024;

    private record What(String uid, String reason, String message) {}

    private final ClusterApi api;
    private final String component;
    private final String host;
    private final InstantSource clock;
    private final Map<What, String> names =
            new LinkedHashMap<>() {
                @Override
                protected boolean removeEldestEntry(Map.Entry<What, String> eldest) {
                    return size() > REMEMBERED;
                }
            };

    /**
     * @param host where {@code component} runs; empty for one that the whole cluster has
     */
    public Events(ClusterApi api, String component, String host, InstantSource clock) {
        this.api = api;
        this.component = component;
        this.host = host;
        this.clock = clock;
    }

    public void normal(JsonNode object, String reason, String message) {
        tell(object, "Normal", reason, message);
    }

    public void warning(JsonNode object, String reason, String message) {
        tell(object, "Warning", reason, message);
    }

    private synchronized void tell(JsonNode object, String type, String reason, String message) {
        String namespace = Meta.namespace(object).isEmpty() ? "default" : Meta.namespace(object);
        What what = new What(Meta.uid(object), reason, message);
        String now = Times.text(clock.instant());
        try {
            Optional<ObjectNode> held =
                    Optional.ofNullable(names.get(what))
                            .flatMap(name -> api.get(Resources.EVENTS, namespace, name));
            if (held.isPresent()) {
                api.edit(
                        Resources.EVENTS,
                        namespace,
                        Meta.name(held.get()),
                        event -> {
                            event.put("count", event.path("count").asInt() + 1);
                            event.put("lastTimestamp", now);
                            return event;
                        });
                return;
            }
            ObjectNode event = event(object, namespace, type, what, now);
            names.put(what, Meta.name(event));
            api.create(Resources.EVENTS, event);
        } catch (ApiFault refused) {
            // Its namespace is going, or it was deleted just now: nobody is left to read it.
            names.remove(what);
        }
    }

    private ObjectNode event(
            JsonNode object, String namespace, String type, What what, String now) {
        ObjectNode event = JsonNodeFactory.instance.objectNode();
        event.put("apiVersion", "v1");
        event.put("kind", "Event");
        ObjectNode metadata = event.putObject("metadata");
        metadata.put("namespace", namespace);
        metadata.put(
                "name",
                Meta.name(object) + "." + Long.toHexString(ThreadLocalRandom.current().nextLong()));
        ObjectNode involved = event.putObject("involvedObject");
        involved.put("apiVersion", object.path("apiVersion").asText());
        involved.put("kind", object.path("kind").asText());
        involved.put("namespace", Meta.namespace(object));
        involved.put("name", Meta.name(object));
        involved.put("uid", what.uid());
        event.put("type", type);
        event.put("reason", what.reason());
        event.put("message", what.message());
        event.put("count", 1);
        event.put("firstTimestamp", now);
        event.put("lastTimestamp", now);
        ObjectNode source = event.putObject("source").put("component", component);
        if (!host.isEmpty()) {
            source.put("host", host);
        }
        event.put("reportingComponent", component);
        event.put("reportingInstance", host);
        return event;
    }
}
