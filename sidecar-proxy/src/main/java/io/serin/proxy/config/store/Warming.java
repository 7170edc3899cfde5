// SPDX-License-Identifier: Apache-2.0
package io.serin.proxy.config.store;

import io.serin.api.backend.Cluster;
import io.serin.api.backend.EndpointGroup;
import io.serin.api.route.RouteTable;
import io.serin.api.snapshot.Listener;
import io.serin.api.snapshot.ProxySnapshot;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What of the holdings is served: make before break.
 *
 * <p>A cluster is served once its endpoints came; a table once the new clusters that it names are
 * served; a listener once its table is. Until then the one of the same name that is served goes on
 * being served, with all that it needs. The other way round, what was removed is served as long as
 * something that is served names it. So a change loses no request, in whatever order its parts
 * come.
 *
 * @param served what to serve from now on
 * @param waiting whether the holdings hold more than that, or less
 */
record Warming(ProxySnapshot served, boolean waiting) {

    /**
     * The next step, patient: what is not complete waits.
     *
     * @param before what is served now
     */
    static Warming patient(Holdings held, ProxySnapshot before) {
        return new Step(held, before, true).take();
    }

    /**
     * The next step after long enough a wait: clusters without an answer have no endpoints, tables
     * are served as they are, what was removed is gone. Only listeners without a table still wait:
     * without them the traffic goes where it was going anyway.
     */
    static Warming settled(Holdings held, ProxySnapshot before) {
        return new Step(held, before, false).take();
    }

    private static final class Step {
        private final Holdings held;
        private final ProxySnapshot latest;
        private final ProxySnapshot before;
        private final boolean patient;

        private final Map<String, Cluster> clusters = new HashMap<>();
        private final Map<String, EndpointGroup> endpoints = new HashMap<>();
        private final Map<String, RouteTable> tables = new HashMap<>();
        private final Map<String, Listener> listeners = new HashMap<>();
        private final Set<String> cold = new HashSet<>();
        private boolean waiting;

        Step(Holdings held, ProxySnapshot before, boolean patient) {
            this.held = held;
            this.latest = held.latest();
            this.before = before;
            this.patient = patient;
        }

        Warming take() {
            latest.clusters().values().forEach(this::cluster);
            latest.routeTables().values().forEach(this::table);
            latest.listeners().values().forEach(this::listener);
            if (patient) {
                listeners.values().forEach(this::keepNamedTable);
                listeners.values().stream()
                        .flatMap(References::clusters)
                        .forEach(this::keepNamedCluster);
                tables.values().stream()
                        .flatMap(table -> References.clusters(table).stream())
                        .forEach(this::keepNamedCluster);
            }
            return new Warming(new ProxySnapshot(listeners, tables, clusters, endpoints), waiting);
        }

        private void cluster(Cluster cluster) {
            String name = cluster.name();
            Optional<EndpointGroup> group =
                    Optional.ofNullable(latest.endpoints().get(name)).or(() -> none(name));
            boolean warm = !(cluster instanceof Cluster.Eds) || group.isPresent();
            if (warm) {
                clusters.put(name, cluster);
                group.ifPresent(found -> endpoints.put(name, found));
                return;
            }
            waiting = true;
            if (before.clusters().containsKey(name)) {
                keepCluster(name);
            } else if (patient) {
                cold.add(name);
            } else {
                clusters.put(name, cluster);
                endpoints.put(name, new EndpointGroup(name, List.of()));
            }
        }

        /** No endpoints, where the control plane said that there are none. */
        private Optional<EndpointGroup> none(String name) {
            return held.absent().endpoints().contains(name)
                    ? Optional.of(new EndpointGroup(name, List.of()))
                    : Optional.empty();
        }

        private void table(RouteTable table) {
            if (References.clusters(table).stream().noneMatch(cold::contains)) {
                tables.put(table.name(), table);
                return;
            }
            waiting = true;
            RouteTable old = before.routeTables().get(table.name());
            if (old != null) {
                tables.put(old.name(), old);
            }
        }

        private void listener(Listener listener) {
            boolean warm =
                    References.routeTable(listener)
                                    .map(name ->
                                            tables.containsKey(name)
                                                    || held.absent().routeTables().contains(name))
                                    .orElse(true)
                            && References.clusters(listener).noneMatch(cold::contains);
            if (warm) {
                listeners.put(listener.name(), listener);
                return;
            }
            waiting = true;
            Listener old = before.listeners().get(listener.name());
            if (old != null) {
                listeners.put(old.name(), old);
                keepNamedTable(old);
            }
        }

        private void keepNamedTable(Listener listener) {
            References.routeTable(listener)
                    .filter(name -> !tables.containsKey(name))
                    .map(before.routeTables()::get)
                    .ifPresent(old -> {
                        waiting = true;
                        tables.put(old.name(), old);
                    });
        }

        private void keepNamedCluster(String name) {
            if (!clusters.containsKey(name) && before.clusters().containsKey(name)) {
                waiting = true;
                keepCluster(name);
            }
        }

        private void keepCluster(String name) {
            Cluster old = before.clusters().get(name);
            if (old != null) {
                clusters.put(name, old);
            }
            EndpointGroup group = before.endpoints().get(name);
            if (group != null) {
                endpoints.put(name, group);
            }
        }
    }
}
