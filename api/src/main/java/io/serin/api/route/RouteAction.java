// SPDX-License-Identifier: Apache-2.0
package io.serin.api.route;

import java.util.List;

/** What is done with a request. */
public sealed interface RouteAction {

    /**
     * Sends it to one of some clusters.
     *
     * @param clusters at least one; the weights' sum is more than zero. A cluster that does not
     *     exist answers its share with 500.
     * @param retries how often another endpoint is tried, at most, after a failure that lost
     *     nothing
     */
    record Forward(List<WeightedCluster> clusters, int retries) implements RouteAction {
        public Forward {
            clusters = List.copyOf(clusters);
            long sum = clusters.stream().mapToLong(WeightedCluster::weight).sum();
            if (sum <= 0 || sum > 0xffff_ffffL) {
                throw new IllegalArgumentException(
                        "sum of weights: " + sum + " (expected: 1 to 4294967295)");
            }
            if (retries < 0) {
                throw new IllegalArgumentException(
                        "retries: " + retries + " (expected: zero or more)");
            }
        }
    }

    /**
     * Answers it here.
     *
     * @param status 200 to 599
     */
    record Respond(int status, String body) implements RouteAction {
        public Respond {
            if (status < 200 || status > 599) {
                throw new IllegalArgumentException("status: " + status + " (expected: 200 to 599)");
            }
        }
    }
}
