// SPDX-License-Identifier: Apache-2.0
package io.serin.local.node;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.serin.local.api.ApiFault;
import io.serin.local.api.ClusterApi;
import io.serin.local.api.Meta;
import io.serin.local.api.Resources;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadLocalRandom;

/**
 * What happens to pods, for {@code kubectl describe}; the same again counts up. Written by a thread
 * of its own: no container waits for it.
 */
final class PodEvents implements AutoCloseable {

    private static final int REMEMBERED = 1024;

    private record What(JsonNode pod, String type, String reason, String message) {
        private String key() {
            return Meta.uid(pod) + reason + message;
        }
    }

    private final ClusterApi api;
    private final InstantSource clock;
    private final BlockingQueue<What> queue = new LinkedBlockingQueue<>();
    private final Thread writer;

    PodEvents(ClusterApi api, InstantSource clock) {
        this.api = api;
        this.clock = clock;
        this.writer = Thread.ofVirtual().name("pod-events").start(this::write);
    }

    void normal(JsonNode pod, String reason, String message) {
        queue.add(new What(pod, "Normal", reason, message));
    }

    void warning(JsonNode pod, String reason, String message) {
        queue.add(new What(pod, "Warning", reason, message));
    }

    private void write() {
        Map<String, String> names =
                new LinkedHashMap<>() {
                    @Override
                    protected boolean removeEldestEntry(Map.Entry<String, String> eldest) {
                        return size() > REMEMBERED;
                    }
                };
        try {
            while (true) {
                What what = queue.take();
                try {
                    write(what, names);
                } catch (ApiFault refused) {
                    // Its namespace is going, or the event is gone: nobody is left to read it.
                    names.remove(what.key());
                }
            }
        } catch (InterruptedException closed) {
            // The node stops.
        }
    }

    private void write(What what, Map<String, String> names) {
        String namespace = Meta.namespace(what.pod());
        String now = Times.text(clock.instant());
        String held = names.get(what.key());
        if (held != null && api.get(Resources.EVENTS, namespace, held).isPresent()) {
            api.edit(
                    Resources.EVENTS,
                    namespace,
                    held,
                    event -> {
                        event.put("count", event.path("count").asInt() + 1);
                        event.put("lastTimestamp", now);
                        return event;
                    });
            return;
        }
        ObjectNode event = event(what, namespace, now);
        names.put(what.key(), Meta.name(event));
        api.create(Resources.EVENTS, event);
    }

    private static ObjectNode event(What what, String namespace, String now) {
        ObjectNode event = JsonNodeFactory.instance.objectNode();
        event.put("apiVersion", "v1");
        event.put("kind", "Event");
        ObjectNode metadata = event.putObject("metadata");
        metadata.put("namespace", namespace);
        metadata.put(
                "name",
                Meta.name(what.pod())
                        + "."
                        + Long.toHexString(ThreadLocalRandom.current().nextLong()));
        ObjectNode involved = event.putObject("involvedObject");
        involved.put("apiVersion", "v1");
        involved.put("kind", "Pod");
        involved.put("namespace", namespace);
        involved.put("name", Meta.name(what.pod()));
        involved.put("uid", Meta.uid(what.pod()));
        event.put("type", what.type());
        event.put("reason", what.reason());
        event.put("message", what.message());
        event.put("count", 1);
        event.put("firstTimestamp", now);
        event.put("lastTimestamp", now);
        event.putObject("source").put("component", "kubelet").put("host", "local");
        event.put("reportingComponent", "kubelet");
        event.put("reportingInstance", "local");
        return event;
    }

    @Override
    public void close() {
        writer.interrupt();
    }
}
