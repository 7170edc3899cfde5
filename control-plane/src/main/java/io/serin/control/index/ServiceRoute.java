// SPDX-License-Identifier: Apache-2.0
package io.serin.control.index;

import io.serin.api.name.ServiceName;
import io.serin.api.route.RequestMatch;
import java.util.List;
import java.util.Optional;

/**
 * An accepted HTTPRoute, from the side of one Service that it is bound to. Gateway API GEP-1294: of
 * the Service's own namespace it is a producer route, for every client; of another, a consumer
 * route, for clients of that namespace only, who then see no producer route.
 *
 * @param namespace the route's own
 * @param port the Service's port that it is bound to; empty for all
 * @param rules in the route's order
 */
public record ServiceRoute(
        String namespace, String name, Optional<Integer> port, List<Rule> rules) {

    public ServiceRoute {
        rules = List.copyOf(rules);
    }

    /**
     * Some requests, and where they go.
     *
     * @param matches any of them; empty matches every request
     * @param backends empty answers 500
     */
    public record Rule(List<RequestMatch> matches, List<Backend> backends) {
        public Rule {
            matches = List.copyOf(matches);
            backends = List.copyOf(backends);
        }
    }

    /** Where a share of a rule's requests goes. */
    public sealed interface Backend {

        int weight();

        record Resolved(ServiceName service, int port, int weight) implements Backend {}

        /**
         * Its share is answered with 500.
         *
         * @param reason for people, e.g. {@code Service reviews-v9.shop does not exist}
         */
        record Unresolved(String reason, int weight) implements Backend {}
    }
}
