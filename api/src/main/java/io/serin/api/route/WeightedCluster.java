// SPDX-License-Identifier: Apache-2.0
package io.serin.api.route;

/**
 * A cluster's share of a route's requests: its weight over the sum of weights.
 *
 * @param weight 0 to 1 000 000, as in the Gateway API
 */
public record WeightedCluster(String cluster, int weight) {

    public static final int MAX_WEIGHT = 1_000_000;

    public WeightedCluster {
        if (weight < 0 || weight > MAX_WEIGHT) {
            throw new IllegalArgumentException(
                    "weight: " + weight + " (expected: 0 to " + MAX_WEIGHT + ")");
        }
    }
}
