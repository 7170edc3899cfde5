// SPDX-License-Identifier: Apache-2.0
package io.serin.api.discovery;

import io.serin.api.codec.TypeUrl;

/**
 * All that one proxy may ask for, at one moment.
 *
 * @param homes the one that says where it belongs; none where nobody knows
 * @param names the one table of names; none for a proxy that does not answer for them
 */
public record ServerSnapshot(
        ServerResources clusters,
        ServerResources endpoints,
        ServerResources listeners,
        ServerResources routeTables,
        ServerResources homes,
        ServerResources names) {

    public static final ServerSnapshot EMPTY =
            new ServerSnapshot(
                    ServerResources.EMPTY,
                    ServerResources.EMPTY,
                    ServerResources.EMPTY,
                    ServerResources.EMPTY);

    /** What says nothing of homes and names. */
    public ServerSnapshot(
            ServerResources clusters,
            ServerResources endpoints,
            ServerResources listeners,
            ServerResources routeTables) {
        this(
                clusters,
                endpoints,
                listeners,
                routeTables,
                ServerResources.EMPTY,
                ServerResources.EMPTY);
    }

    public ServerResources of(TypeUrl type) {
        return switch (type) {
            case CLUSTER -> clusters;
            case ENDPOINT -> endpoints;
            case LISTENER -> listeners;
            case ROUTE -> routeTables;
            case HOME -> homes;
            case NAMES -> names;
        };
    }
}
