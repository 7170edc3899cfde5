// SPDX-License-Identifier: Apache-2.0
package io.serin.control.index;

import io.serin.api.backend.Endpoint;
import io.serin.api.name.Revision;
import io.serin.api.name.ServiceName;
import io.serin.kube.type.KubeObject;
import io.serin.kube.type.ObjectName;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.LinkedTransferQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TransferQueue;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one writer of the index: takes events in their order, joins once for all that wait,
 * publishes. Its thread is the one that calls {@link #run}; events come from any.
 */
public final class IndexWriter implements Runnable {

    private static final Logger LOG = LoggerFactory.getLogger(IndexWriter.class);
    private static final long SETTLE_MILLIS = 100;

    private sealed interface Event {
        record Put(KubeObject object) implements Event {}

        record Remove(Class<? extends KubeObject> kind, ObjectName name) implements Event {}
    }

    private final TransferQueue<Event> events = new LinkedTransferQueue<>();
    private final Cluster cluster = new Cluster();
    private final Revision revision;
    private final Consumer<IndexChange> changes;
    private final Consumer<List<Verdict>> verdicts;
    private final BooleanSupplier isComplete;
    private MeshIndex index = MeshIndex.EMPTY;
    private boolean published;

    /**
     * @param revision whose index it is: routes may be for some alone
     * @param isComplete whether all that was there at the start has been seen: until then nothing
     *     is published, for proxies that come back would take half a mesh for the whole
     * @param changes told of every new index
     * @param verdicts told what became of all routes, whenever it may have changed
     */
    public IndexWriter(
            Revision revision,
            BooleanSupplier isComplete,
            Consumer<IndexChange> changes,
            Consumer<List<Verdict>> verdicts) {
        this.revision = revision;
        this.isComplete = isComplete;
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
            gather();
            while (!Thread.currentThread().isInterrupted()) {
                joinSafely();
                apply(events.take());
                for (Event more = events.poll(); more != null; more = events.poll()) {
                    apply(more);
                }
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    /**
     * Until all is known that was there at the start, and a moment longer, for events on their way.
     */
    private void gather() throws InterruptedException {
        while (true) {
            Event event = events.poll(SETTLE_MILLIS, TimeUnit.MILLISECONDS);
            if (event != null) {
                apply(event);
            } else if (isComplete.getAsBoolean()) {
                return;
            }
        }
    }

    private void joinSafely() {
        try {
            join();
        } catch (RuntimeException bug) {
            // The last good index goes on being served.
            LOG.error("index not renewed", bug);
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
        Routes routes = Routes.of(cluster, revision, services);
        MeshIndex next =
                new MeshIndex(
                        services,
                        Endpoints.of(cluster, workloads),
                        workloads,
                        routes.routes(),
                        Headless.of(cluster),
                        Homes.of(cluster));
        verdicts.accept(routes.verdicts());
        if (!published || !next.equals(index)) {
            boolean removal = loses(index, next);
            index = next;
            published = true;
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
