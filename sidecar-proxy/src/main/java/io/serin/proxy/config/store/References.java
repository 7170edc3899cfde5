// SPDX-License-Identifier: Apache-2.0
package io.serin.proxy.config.store;

import io.serin.api.route.RouteAction;
import io.serin.api.route.RouteTable;
import io.serin.api.route.WeightedCluster;
import io.serin.api.snapshot.Listener;
import io.serin.api.snapshot.Listener.Protocol;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What listeners and route tables name. */
final class References {

    private References() {}

    /** The table that a listener needs to serve. */
    static Optional<String> routeTable(Listener listener) {
        return switch (listener) {
            case Listener.Destination(_, _, Protocol.Http http) -> Optional.of(http.routeTable());
            case Listener.Destination(_, _, Protocol.Tcp _) -> Optional.empty();
            case Listener.Outbound _, Listener.Inbound _ -> Optional.empty();
        };
    }

    /** The clusters that a listener names itself. */
    static Stream<String> clusters(Listener listener) {
        return switch (listener) {
            case Listener.Destination(_, _, Protocol.Http http) -> Stream.of(http.cluster());
            case Listener.Destination(_, _, Protocol.Tcp tcp) -> Stream.of(tcp.cluster());
            case Listener.Outbound outbound -> Stream.of(outbound.cluster());
            case Listener.Inbound inbound ->
                    Stream.concat(
                            Stream.of(inbound.cluster()),
                            inbound.ports().stream().map(Listener.Inbound.Port::cluster));
        };
    }

    /** The clusters that a table's routes name. */
    static Set<String> clusters(RouteTable table) {
        return table.hosts().stream()
                .flatMap(host -> host.routes().stream())
                .flatMap(route -> clusters(route.action()))
                .collect(Collectors.toUnmodifiableSet());
    }

    private static Stream<String> clusters(RouteAction action) {
        return switch (action) {
            case RouteAction.Forward forward ->
                    forward.clusters().stream().map(WeightedCluster::cluster);
            case RouteAction.Respond _ -> Stream.empty();
        };
    }
}
