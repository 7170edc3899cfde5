// SPDX-License-Identifier: Apache-2.0
package io.serin.api.discovery;

import io.serin.api.codec.TypeUrl;

/**
 * All that one proxy may ask for, at one moment.
 *
 * @param homes the one that says where it belongs; none where nobody knows
 */
public record ServerSnapshot(
        ServerResources clusters,
        ServerResources endpoints,
        ServerResources listeners,
        ServerResources routeTables,
        ServerResources homes) {

    public static final ServerSnapshot EMPTY =
            new ServerSnapshot(
                    ServerResources.EMPTY,
                    ServerResources.EMPTY,
                    ServerResources.EMPTY,
                    ServerResources.EMPTY);

    /** What says nothing of homes. */
    public ServerSnapshot(
            ServerResources clusters,
            ServerResources endpoints,
            ServerResources listeners,
            ServerResources routeTables) {
        this(clusters, endpoints, listeners, routeTables, ServerResources.EMPTY);
    }

    public ServerResources of(TypeUrl type) {
        return switch (type) {
            case CLUSTER -> clusters;
            case ENDPOINT -> endpoints;
            case LISTENER -> listeners;
            case ROUTE -> routeTables;
            case HOME -> homes;
        };
    }
}
