// SPDX-License-Identifier: Apache-2.0
package io.serin.api.discovery;

import io.serin.api.xds.Any;
import io.serin.api.xds.Resource;

/**
 * One resource as it is sent, and shared by every proxy that it is sent to.
 *
 * @param wire with its name, its version, and the resource itself
 */
public record ServerResource(Resource wire) {

    /**
     * Names a resource.
     *
     * @param version the same for the same bytes, in every replica and after every restart, so that
     *     a proxy which comes back need not be told what it holds; not empty
     */
    public static ServerResource of(String name, String version, Any body) {
        if (version.isEmpty()) {
            throw new IllegalArgumentException(
                    "version of " + name + ": '' (expected: a hash of its bytes)");
        }
        return new ServerResource(
                Resource.newBuilder().setName(name).setVersion(version).setResource(body).build());
    }

    public String name() {
        return wire.getName();
    }

    public String version() {
        return wire.getVersion();
    }

    public Any body() {
        return wire.getResource();
    }
}
