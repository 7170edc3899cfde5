// SPDX-License-Identifier: Apache-2.0
package io.serin.control.translate;

import io.serin.api.name.ClusterName;
import io.serin.api.route.RequestMatch;
import io.serin.api.route.Route;
import io.serin.api.route.RouteAction;
import io.serin.api.route.RouteTable;
import io.serin.api.route.VirtualHost;
import io.serin.api.route.WeightedCluster;
import io.serin.control.index.MeshIndex;
import io.serin.control.index.ServiceEntry;
import io.serin.control.index.ServiceRoute;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The route table of each Service's HTTP port. Gateway API GEP-1294: a Service's own namespace
 * makes the routes for everyone; another namespace makes routes for its own clients, who then see
 * none but those.
 */
final class RouteTables {

    /** How often a request that lost nothing is tried elsewhere. */
    static final int RETRIES = 2;

    private RouteTables() {}

    /** The tables for clients of namespaces that have no routes of their own. */
    static Map<String, RouteTable> forEveryone(MeshIndex index) {
        Map<String, RouteTable> tables = new HashMap<>();
        for (ServiceEntry service : index.services().values()) {
            String producer = service.name().namespace();
            for (ServiceEntry.Port port : service.ports()) {
                if (port.http()) {
                    RouteTable table = table(service, port, routes(index, service, port, producer));
                    tables.put(table.name(), table);
                }
            }
        }
        return tables;
    }

    /** The tables that are other ones for the clients of a namespace, by namespace. */
    static Map<String, Map<String, RouteTable>> forNamespaces(MeshIndex index) {
        Map<String, Map<String, RouteTable>> byNamespace = new HashMap<>();
        index.routes()
                .forEach((name, routes) -> {
                    ServiceEntry service = index.services().get(name);
                    if (service != null) {
                        consumers(service, routes)
                                .forEach(namespace ->
                                        addTables(index, service, namespace, byNamespace));
                    }
                });
        return byNamespace;
    }

    private static Set<String> consumers(ServiceEntry service, List<ServiceRoute> routes) {
        Set<String> namespaces = new HashSet<>();
        routes.forEach(route -> namespaces.add(route.namespace()));
        namespaces.remove(service.name().namespace());
        return namespaces;
    }

    private static void addTables(
            MeshIndex index,
            ServiceEntry service,
            String consumer,
            Map<String, Map<String, RouteTable>> byNamespace) {
        for (ServiceEntry.Port port : service.ports()) {
            List<ServiceRoute> routes = routes(index, service, port, consumer);
            if (port.http() && !routes.isEmpty()) {
                RouteTable table = table(service, port, routes);
                byNamespace
                        .computeIfAbsent(consumer, _ -> new HashMap<>())
                        .put(table.name(), table);
            }
        }
    }

    /** A namespace's routes for a port, oldest first. */
    private static List<ServiceRoute> routes(
            MeshIndex index, ServiceEntry service, ServiceEntry.Port port, String namespace) {
        return index.routes().getOrDefault(service.name(), List.of()).stream()
                .filter(route -> route.namespace().equals(namespace))
                .filter(route -> route.port().map(it -> it == port.number()).orElse(true))
                .toList();
    }

    private static RouteTable table(
            ServiceEntry service, ServiceEntry.Port port, List<ServiceRoute> routes) {
        String name = ClusterName.routeTable(service.name(), port.number());
        List<Route> ordered =
                routes.isEmpty() ? List.of(implicit(service, port)) : Precedence.order(routes);
        return new RouteTable(
                name, List.of(new VirtualHost(name, List.of(VirtualHost.ANY), ordered)));
    }

    /** What a Service without routes does, as without a mesh. */
    private static Route implicit(ServiceEntry service, ServiceEntry.Port port) {
        String cluster = ClusterName.outbound(service.name(), port.number());
        return new Route(
                "default",
                RequestMatch.ANY,
                new RouteAction.Forward(List.of(new WeightedCluster(cluster, 1)), RETRIES));
    }
}
