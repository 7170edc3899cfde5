// SPDX-License-Identifier: Apache-2.0
package io.serin.control.admin;

import io.serin.api.backend.Cluster;
import io.serin.api.backend.Endpoint;
import io.serin.api.backend.EndpointGroup;
import io.serin.api.discovery.ServerResource;
import io.serin.api.discovery.ServerResources;
import io.serin.api.discovery.ServerSnapshot;
import io.serin.api.name.SpiffeId;
import io.serin.api.route.PathMatch;
import io.serin.api.route.Route;
import io.serin.api.route.RouteAction;
import io.serin.api.route.RouteTable;
import io.serin.api.route.VirtualHost;
import io.serin.api.snapshot.Listener;
import io.serin.api.snapshot.NameTable;
import io.serin.api.snapshot.ProxyNode;
import io.serin.api.snapshot.ProxySnapshot;
import io.serin.control.snapshot.Snapshots;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.InetAddress;
import java.util.Collection;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;

/** {@code /debug/configz}: all that one proxy is told at this moment, in the mesh's own words. */
final class ConfigPage {

    private ConfigPage() {}

    static JsonObject of(ProxyNode node, Snapshots latest) {
        ProxySnapshot told = latest.translated(node);
        ServerSnapshot sent = latest.of(node);
        var page = new JsonObject();
        if (node.dnsCapture()) {
            page.put("names", names(latest.names(node)));
        }
        return page.put("proxy", node.id().toString())
                .put("revision", node.revision().value())
                .put("listeners", list(told.listeners(), sent.listeners(), ConfigPage::listener))
                .put(
                        "routeTables",
                        list(told.routeTables(), sent.routeTables(), ConfigPage::routeTable))
                .put("clusters", list(told.clusters(), sent.clusters(), ConfigPage::cluster))
                .put("endpoints", list(told.endpoints(), sent.endpoints(), ConfigPage::endpoints));
    }

    private static JsonObject names(NameTable table) {
        var names = new JsonObject();
        new TreeMap<>(table.hosts())
                .forEach((host, addresses) ->
                        names.put(
                                host,
                                new JsonArray(
                                        addresses.stream()
                                                .map(InetAddress::getHostAddress)
                                                .toList())));
        return names;
    }

    private static <T> JsonArray list(
            Map<String, T> byName, ServerResources sent, Function<T, JsonObject> body) {
        var list = new JsonArray();
        new TreeMap<>(byName)
                .forEach((name, value) -> {
                    var json = new JsonObject().put("name", name);
                    ServerResource resource = sent.get(name);
                    if (resource != null) {
                        json.put("version", resource.version());
                    }
                    list.add(json.mergeIn(body.apply(value)));
                });
        return list;
    }

    private static JsonObject listener(Listener listener) {
        return switch (listener) {
            case Listener.Destination destination ->
                    new JsonObject()
                            .put("kind", "destination")
                            .put("address", destination.address().toString())
                            .mergeIn(protocol(destination.protocol()));
            case Listener.Outbound outbound ->
                    new JsonObject()
                            .put("kind", "outbound")
                            .put("port", outbound.port())
                            .put("cluster", outbound.cluster());
            case Listener.Inbound inbound ->
                    new JsonObject()
                            .put("kind", "inbound")
                            .put("port", inbound.port())
                            .put("ports", array(inbound.ports(), ConfigPage::port))
                            .put("cluster", inbound.cluster())
                            .put("mtls", inbound.mtls());
        };
    }

    private static JsonObject protocol(Listener.Protocol protocol) {
        return switch (protocol) {
            case Listener.Protocol.Http http ->
                    new JsonObject()
                            .put("protocol", "http")
                            .put("routeTable", http.routeTable())
                            .put("cluster", http.cluster());
            case Listener.Protocol.Tcp tcp ->
                    new JsonObject().put("protocol", "tcp").put("cluster", tcp.cluster());
        };
    }

    private static JsonObject port(Listener.Inbound.Port port) {
        return new JsonObject()
                .put("number", port.number())
                .put("protocol", port.http() ? "http" : "tcp")
                .put("cluster", port.cluster())
                .put("service", port.service());
    }

    private static JsonObject routeTable(RouteTable table) {
        return new JsonObject().put("hosts", array(table.hosts(), ConfigPage::host));
    }

    private static JsonObject host(VirtualHost host) {
        return new JsonObject()
                .put("name", host.name())
                .put("domains", new JsonArray(host.domains()))
                .put("routes", array(host.routes(), ConfigPage::route));
    }

    private static JsonObject route(Route route) {
        var json = new JsonObject().put("name", route.name());
        switch (route.match().path()) {
            case PathMatch.Exact exact -> json.put("exactPath", exact.path());
            case PathMatch.Prefix prefix -> json.put("pathPrefix", prefix.path());
        }
        if (!route.match().headers().isEmpty()) {
            var headers = new JsonObject();
            route.match().headers().forEach(header -> headers.put(header.name(), header.value()));
            json.put("headers", headers);
        }
        return switch (route.action()) {
            case RouteAction.Forward forward ->
                    json.put(
                                    "forward",
                                    array(
                                            forward.clusters(),
                                            share ->
                                                    new JsonObject()
                                                            .put("cluster", share.cluster())
                                                            .put("weight", share.weight())))
                            .put("retries", forward.retries());
            case RouteAction.Respond respond ->
                    json.put(
                            "respond",
                            new JsonObject()
                                    .put("status", respond.status())
                                    .put("body", respond.body()));
        };
    }

    private static JsonObject cluster(Cluster cluster) {
        return switch (cluster) {
            case Cluster.Eds eds ->
                    new JsonObject()
                            .put("kind", "endpoints")
                            .put("connectTimeout", eds.connectTimeout().toString())
                            .put(
                                    "identities",
                                    new JsonArray(
                                            eds.identities().stream()
                                                    .map(SpiffeId::toString)
                                                    .toList()));
            case Cluster.OriginalDestination original ->
                    new JsonObject()
                            .put("kind", "originalDestination")
                            .put("connectTimeout", original.connectTimeout().toString())
                            .put("source", original.source().orElse(null));
            case Cluster.BlackHole _ -> new JsonObject().put("kind", "blackHole");
        };
    }

    private static JsonObject endpoints(EndpointGroup group) {
        return new JsonObject().put("endpoints", array(group.endpoints(), ConfigPage::endpoint));
    }

    private static JsonObject endpoint(Endpoint endpoint) {
        return new JsonObject()
                .put("address", endpoint.address().toString())
                .put("health", endpoint.health().name())
                .put("mtls", endpoint.mtls())
                .put(
                        "workload",
                        new JsonObject()
                                .put("namespace", endpoint.workload().namespace())
                                .put("name", endpoint.workload().name())
                                .put("app", endpoint.workload().app())
                                .put("version", endpoint.workload().version()));
    }

    private static <T> JsonArray array(Collection<T> values, Function<T, JsonObject> body) {
        var array = new JsonArray();
        values.forEach(value -> array.add(body.apply(value)));
        return array;
    }
}
