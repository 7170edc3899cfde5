// SPDX-License-Identifier: Apache-2.0
package io.serin.control.translate;

import io.serin.api.backend.Cluster;
import io.serin.api.backend.EndpointGroup;
import io.serin.api.contract.Objects;
import io.serin.api.name.Revision;
import io.serin.api.route.RouteTable;
import io.serin.api.snapshot.Home;
import io.serin.api.snapshot.Listener;
import io.serin.api.snapshot.NameTable;
import io.serin.api.snapshot.Protocol;
import io.serin.api.snapshot.ProxyNode;
import io.serin.api.snapshot.ProxySnapshot;
import io.serin.control.index.MeshIndex;
import io.serin.control.index.WorkloadEntry;
import io.serin.control.index.WorkloadEntry.ServedPort;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What a proxy is told of an index, in three parts, so that what is the same for many proxies is
 * made once: what all share, what those of its namespace are told otherwise, and what concerns its
 * own workload alone.
 */
public final class Translation {

    private Translation() {}

    /** All that this proxy is told. */
    public static ProxySnapshot translate(MeshIndex index, ProxyNode node) {
        ProxySnapshot mesh = mesh(index, node.mtls());
        ProxySnapshot namespace =
                namespaces(index).getOrDefault(node.id().namespace(), ProxySnapshot.EMPTY);
        ProxySnapshot workload = workload(served(index, node), node.mtls());
        return merge(merge(mesh, namespace), workload);
    }

    /**
     * What every proxy is told, as long as its namespace or workload says nothing else.
     *
     * @param mtls whether those are meant that can prove who they are
     */
    public static ProxySnapshot mesh(MeshIndex index, boolean mtls) {
        Map<String, Listener> listeners = Outbound.listeners(index);
        Map<String, Cluster> clusters = Outbound.clusters(index, mtls);
        Map<String, EndpointGroup> endpoints = Endpoints.of(index);
        return new ProxySnapshot(listeners, RouteTables.forEveryone(index), clusters, endpoints);
    }

    /** What the proxies of a namespace are told instead, by namespace: its consumer routes. */
    public static Map<String, ProxySnapshot> namespaces(MeshIndex index) {
        Map<String, ProxySnapshot> snapshots = new HashMap<>();
        RouteTables.forNamespaces(index)
                .forEach((namespace, tables) ->
                        snapshots.put(
                                namespace,
                                new ProxySnapshot(Map.of(), tables, Map.of(), Map.of())));
        return snapshots;
    }

    /**
     * What a proxy is told besides, whose workload serves these ports.
     *
     * @param mtls whether it can prove who it is
     */
    public static ProxySnapshot workload(List<ServedPort> served, boolean mtls) {
        return new ProxySnapshot(
                Map.of(Inbound.LISTENER, Inbound.listener(served, mtls)),
                Map.of(),
                Inbound.clusters(served),
                Map.of());
    }

    /** The ports of the workload that this proxy stands beside; none while it isn't known yet. */
    public static List<ServedPort> served(MeshIndex index, ProxyNode node) {
        WorkloadEntry workload = index.workloads().get(node.id().ip());
        return workload == null ? List.of() : workload.served();
    }

    /** The names that every proxy answers for which answers for any. */
    public static NameTable names(MeshIndex index) {
        return Names.of(index);
    }

    /** Where this proxy belongs: where its namespace says, else where it was injected. */
    public static Home home(MeshIndex index, ProxyNode node) {
        Revision revision = index.homes().getOrDefault(node.id().namespace(), node.revision());
        return new Home(revision, Objects.discovery(revision), Protocol.OWN);
    }

    private static ProxySnapshot merge(ProxySnapshot below, ProxySnapshot above) {
        Map<String, Listener> listeners = new HashMap<>(below.listeners());
        listeners.putAll(above.listeners());
        Map<String, RouteTable> tables = new HashMap<>(below.routeTables());
        tables.putAll(above.routeTables());
        Map<String, Cluster> clusters = new HashMap<>(below.clusters());
        clusters.putAll(above.clusters());
        Map<String, EndpointGroup> endpoints = new HashMap<>(below.endpoints());
        endpoints.putAll(above.endpoints());
        return new ProxySnapshot(listeners, tables, clusters, endpoints);
    }
}
