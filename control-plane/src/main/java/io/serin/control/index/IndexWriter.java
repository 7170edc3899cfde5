// SPDX-License-Identifier: Apache-2.0
package io.serin.control.index;

import io.serin.api.backend.Endpoint;
import io.serin.api.name.ServiceName;
import io.serin.kube.type.KubeObject;
import io.serin.kube.type.ObjectName;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.LinkedTransferQueue;
import java.util.concurrent.TransferQueue;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one writer of the index: takes events in their order, joins once for all that wait,
 * publishes. Its thread is the one that calls {@link #run}; events come from any.
 */
public final class IndexWriter implements Runnable {

    private static final Logger LOG = LoggerFactory.getLogger(IndexWriter.class);

    private sealed interface Event {
        record Put(KubeObject object) implements Event {}

        record Remove(Class<? extends KubeObject> kind, ObjectName name) implements Event {}
    }

    private final TransferQueue<Event> events = new LinkedTransferQueue<>();
    private final Cluster cluster = new Cluster();
    private final Consumer<IndexChange> changes;
    private final Consumer<List<Verdict>> verdicts;
    private MeshIndex index = MeshIndex.EMPTY;

    /**
     * @param changes told of every new index
     * @param verdicts told what became of all routes, whenever it may have changed
     */
    public IndexWriter(Consumer<IndexChange> changes, Consumer<List<Verdict>> verdicts) {
        this.changes = changes;
        this.verdicts = verdicts;
    }

    public void put(KubeObject object) {
        events.add(new Event.Put(object));
    }

    public void remove(Class<? extends KubeObject> kind, ObjectName name) {
        events.add(new Event.Remove(kind, name));
    }

    /** Whether nothing waits to be joined. */
    public boolean isIdle() {
        return events.isEmpty();
    }

    @Override
    public void run() {
        try {
            while (!Thread.currentThread().isInterrupted()) {
                apply(events.take());
                for (Event more = events.poll(); more != null; more = events.poll()) {
                    apply(more);
                }
                try {
                    join();
                } catch (RuntimeException bug) {
                    // The last good index goes on being served.
                    LOG.error("index not renewed", bug);
                }
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    private void apply(Event event) {
        switch (event) {
            case Event.Put(KubeObject object) -> cluster.put(object);
            case Event.Remove(Class<? extends KubeObject> kind, ObjectName name) ->
                    cluster.remove(kind, name);
        }
    }

    private void join() {
        Map<ServiceName, ServiceEntry> services = Services.of(cluster);
        Map<String, WorkloadEntry> workloads = Workloads.of(cluster);
        Routes routes = Routes.of(cluster, services);
        MeshIndex next =
                new MeshIndex(
                        services, Endpoints.of(cluster, workloads), workloads, routes.routes());
        verdicts.accept(routes.verdicts());
        if (!next.equals(index)) {
            boolean removal = loses(index, next);
            index = next;
            changes.accept(new IndexChange(next, removal));
        }
    }

    /** Whether an endpoint that was healthy is no longer. */
    private static boolean loses(MeshIndex before, MeshIndex after) {
        for (Map.Entry<ServicePort, List<Endpoint>> entry : before.endpoints().entrySet()) {
            Set<Object> healthy = new HashSet<>();
            for (Endpoint endpoint : after.endpoints().getOrDefault(entry.getKey(), List.of())) {
                if (endpoint.health() == Endpoint.Health.HEALTHY) {
                    healthy.add(endpoint.address());
                }
            }
            for (Endpoint endpoint : entry.getValue()) {
                if (endpoint.health() == Endpoint.Health.HEALTHY
                        && !healthy.contains(endpoint.address())) {
                    return true;
                }
            }
        }
        return false;
    }
}
