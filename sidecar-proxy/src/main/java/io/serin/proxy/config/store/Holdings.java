// SPDX-License-Identifier: Apache-2.0
package io.serin.proxy.config.store;

import io.serin.api.backend.Cluster;
import io.serin.api.backend.EndpointGroup;
import io.serin.api.codec.CodecFault;
import io.serin.api.codec.ResourceDecoder;
import io.serin.api.codec.TypeUrl;
import io.serin.api.route.RouteTable;
import io.serin.api.snapshot.Home;
import io.serin.api.snapshot.Listener;
import io.serin.api.snapshot.NameTable;
import io.serin.api.snapshot.ProxySnapshot;
import io.serin.api.xds.Any;
import io.serin.api.xds.Resource;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * The latest that was accepted of every type, whether it is complete or not.
 *
 * @param latest the resources
 * @param absent names that were asked for and that the control plane says it does not have
 * @param homes where the proxy belongs, under the one name that there is; empty before it was told
 * @param names the table of names, under the one name that there is; empty before it was told
 * @param answered the types of which there was a response
 */
record Holdings(
        ProxySnapshot latest,
        Absent absent,
        Map<String, Home> homes,
        Map<String, NameTable> names,
        Set<TypeUrl> answered) {

    static final Holdings NOTHING =
            new Holdings(
                    ProxySnapshot.EMPTY,
                    new Absent(Set.of(), Set.of()),
                    Map.of(),
                    Map.of(),
                    Set.of());

    Holdings {
        homes = Map.copyOf(homes);
        names = Map.copyOf(names);
        answered = Set.copyOf(answered);
    }

    /** Names that have no resource, of the types that are asked for by name. */
    record Absent(Set<String> endpoints, Set<String> routeTables) {
        Absent {
            endpoints = Set.copyOf(endpoints);
            routeTables = Set.copyOf(routeTables);
        }
    }

    /** The clusters that want endpoints. */
    Set<String> wantedEndpoints() {
        return latest.clusters().values().stream()
                .filter(Cluster.Eds.class::isInstance)
                .map(Cluster::name)
                .collect(Collectors.toUnmodifiableSet());
    }

    /** The route tables that listeners name. */
    Set<String> wantedRouteTables() {
        return latest.listeners().values().stream()
                .flatMap(listener -> References.routeTable(listener).stream())
                .collect(Collectors.toUnmodifiableSet());
    }

    /**
     * These holdings after a response.
     *
     * @throws CodecFault when any of its resources can't be read; then nothing of it counts
     */
    Holdings after(TypeUrl type, List<Resource> resources, List<String> removed) throws CodecFault {
        checkEachOnce(resources);
        ProxySnapshot was = latest;
        Holdings next =
                switch (type) {
                    case CLUSTER ->
                            with(
                                    was.listeners(),
                                    was.routeTables(),
                                    merge(
                                            was.clusters(),
                                            resources,
                                            removed,
                                            ResourceDecoder::cluster,
                                            Cluster::name),
                                    was.endpoints(),
                                    absent);
                    case ENDPOINT ->
                            with(
                                    was.listeners(),
                                    was.routeTables(),
                                    was.clusters(),
                                    merge(
                                            was.endpoints(),
                                            resources,
                                            removed,
                                            ResourceDecoder::endpoints,
                                            EndpointGroup::cluster),
                                    new Absent(
                                            absent(absent.endpoints, resources, removed),
                                            absent.routeTables));
                    case LISTENER ->
                            with(
                                    merge(
                                            was.listeners(),
                                            resources,
                                            removed,
                                            ResourceDecoder::listener,
                                            Listener::name),
                                    was.routeTables(),
                                    was.clusters(),
                                    was.endpoints(),
                                    absent);
                    case ROUTE ->
                            with(
                                    was.listeners(),
                                    merge(
                                            was.routeTables(),
                                            resources,
                                            removed,
                                            ResourceDecoder::routeTable,
                                            RouteTable::name),
                                    was.clusters(),
                                    was.endpoints(),
                                    new Absent(
                                            absent.endpoints,
                                            absent(absent.routeTables, resources, removed)));
                    case HOME ->
                            new Holdings(
                                    was,
                                    absent,
                                    merge(
                                            homes,
                                            resources,
                                            removed,
                                            ResourceDecoder::home,
                                            _ -> Home.NAME),
                                    names,
                                    answered);
                    case NAMES ->
                            new Holdings(
                                    was,
                                    absent,
                                    homes,
                                    merge(
                                            names,
                                            resources,
                                            removed,
                                            ResourceDecoder::names,
                                            _ -> NameTable.NAME),
                                    answered);
                };
        EnumSet<TypeUrl> all = EnumSet.of(type);
        all.addAll(answered);
        return new Holdings(next.latest, next.absent, next.homes, next.names, all)
                .withoutUnwanted();
    }

    private Holdings with(
            Map<String, Listener> listeners,
            Map<String, RouteTable> routeTables,
            Map<String, Cluster> clusters,
            Map<String, EndpointGroup> endpoints,
            Absent stillAbsent) {
        return new Holdings(
                new ProxySnapshot(listeners, routeTables, clusters, endpoints),
                stillAbsent,
                homes,
                names,
                answered);
    }

    /**
     * Drops what nothing names any more: nobody asks for it, so nobody would tell of its changes.
     */
    private Holdings withoutUnwanted() {
        Set<String> endpoints = wantedEndpoints();
        Set<String> routeTables = wantedRouteTables();
        return with(
                latest.listeners(),
                only(latest.routeTables(), routeTables),
                latest.clusters(),
                only(latest.endpoints(), endpoints),
                new Absent(
                        only(absent.endpoints, endpoints), only(absent.routeTables, routeTables)));
    }

    private static <T> Map<String, T> only(Map<String, T> all, Set<String> names) {
        if (names.containsAll(all.keySet())) {
            return all;
        }
        Map<String, T> kept = new HashMap<>(all);
        kept.keySet().retainAll(names);
        return kept;
    }

    private static Set<String> only(Set<String> all, Set<String> names) {
        Set<String> kept = new HashSet<>(all);
        kept.retainAll(names);
        return kept;
    }

    private static Set<String> absent(
            Set<String> before, List<Resource> resources, List<String> removed) {
        Set<String> after = new HashSet<>(before);
        after.addAll(removed);
        resources.forEach(resource -> after.remove(resource.getName()));
        return after;
    }

    private static void checkEachOnce(List<Resource> resources) throws CodecFault {
        Set<String> seen = new HashSet<>();
        for (Resource resource : resources) {
            if (!seen.add(resource.getName())) {
                throw new CodecFault(
                        "resource '"
                                + resource.getName()
                                + "': twice in one response (expected: once)");
            }
        }
    }

    @FunctionalInterface
    private interface Decoder<T> {
        T decode(Any resource) throws CodecFault;
    }

    private static <T> Map<String, T> merge(
            Map<String, T> before,
            List<Resource> resources,
            List<String> removed,
            Decoder<T> decoder,
            Function<T, String> nameOf)
            throws CodecFault {
        Map<String, T> after = new HashMap<>(before);
        removed.forEach(after::remove);
        for (Resource resource : resources) {
            if (!resource.hasResource()) {
                continue; // A heartbeat: what is held lives on.
            }
            T decoded = decoder.decode(resource.getResource());
            if (!nameOf.apply(decoded).equals(resource.getName())) {
                throw new CodecFault(
                        "resource '"
                                + resource.getName()
                                + "': holds '"
                                + nameOf.apply(decoded)
                                + "' (expected: the same name)");
            }
            after.put(resource.getName(), decoded);
        }
        return after;
    }
}
