// SPDX-License-Identifier: Apache-2.0
package io.serin.api.discovery;

import io.serin.api.codec.TypeUrl;

/** All that one proxy may ask for, at one moment. */
public record ServerSnapshot(
        ServerResources clusters,
        ServerResources endpoints,
        ServerResources listeners,
        ServerResources routeTables) {

    public static final ServerSnapshot EMPTY =
            new ServerSnapshot(
                    ServerResources.EMPTY,
                    ServerResources.EMPTY,
                    ServerResources.EMPTY,
                    ServerResources.EMPTY);

    public ServerResources of(TypeUrl type) {
        return switch (type) {
            case CLUSTER -> clusters;
            case ENDPOINT -> endpoints;
            case LISTENER -> listeners;
            case ROUTE -> routeTables;
        };
    }
}
