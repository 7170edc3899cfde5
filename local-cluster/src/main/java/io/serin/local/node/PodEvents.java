// SPDX-License-Identifier: Apache-2.0
package io.serin.local.node;

import com.fasterxml.jackson.databind.JsonNode;
import io.serin.local.api.ClusterApi;
import io.serin.local.api.Events;
import java.time.InstantSource;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

/** What happens to pods. Written by a thread of its own: no container waits for it. */
final class PodEvents implements AutoCloseable {

    private final Events events;
    private final BlockingQueue<Runnable> queue = new LinkedBlockingQueue<>();
    private final Thread writer;

    PodEvents(ClusterApi api, InstantSource clock) {
        this.events = new Events(api, "kubelet", "local", clock);
        this.writer = Thread.ofVirtual().name("pod-events").start(this::write);
    }

    void normal(JsonNode pod, String reason, String message) {
        queue.add(() -> events.normal(pod, reason, message));
    }

    void warning(JsonNode pod, String reason, String message) {
        queue.add(() -> events.warning(pod, reason, message));
    }

    private void write() {
        try {
            while (true) {
                queue.take().run();
            }
        } catch (InterruptedException closed) {
            // The node stops.
        }
    }

    @Override
    public void close() {
        writer.interrupt();
    }
}
