// SPDX-License-Identifier: Apache-2.0
package io.serin.control.translate;

import io.serin.api.name.ClusterName;
import io.serin.api.route.RouteAction;
import io.serin.api.route.WeightedCluster;
import io.serin.control.index.ServiceRoute;
import java.util.List;

/**
 * What a rule does. Gateway API HTTPRoute, {@code backendRefs}: a rule without any, or whose
 * weights are all zero, answers 500; a backend that doesn't resolve answers 500 for its share.
 */
final class Actions {

    private Actions() {}

    static RouteAction of(ServiceRoute.Rule rule, String name) {
        if (rule.backends().isEmpty()) {
            return new RouteAction.Respond(500, name + " has no backendRefs");
        }
        if (rule.backends().stream().allMatch(backend -> backend.weight() == 0)) {
            return new RouteAction.Respond(500, "all weights of " + name + " are 0");
        }
        List<WeightedCluster> clusters = rule.backends().stream().map(Actions::cluster).toList();
        return new RouteAction.Forward(clusters, RouteTables.RETRIES);
    }

    private static WeightedCluster cluster(ServiceRoute.Backend backend) {
        return switch (backend) {
            case ServiceRoute.Backend.Resolved resolved ->
                    new WeightedCluster(
                            ClusterName.outbound(resolved.service(), resolved.port()),
                            resolved.weight());
            case ServiceRoute.Backend.Unresolved unresolved ->
                    new WeightedCluster(ClusterName.UNRESOLVED, unresolved.weight());
        };
    }
}
