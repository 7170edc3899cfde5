// SPDX-License-Identifier: Apache-2.0
package io.serin.proxy.config.client;

import io.serin.api.name.HostPort;
import io.serin.api.name.Revision;
import io.serin.api.snapshot.Home;

/** A revision's control plane, and where to find it. */
record Place(Revision revision, HostPort address) {

    static Place of(Home home) {
        return new Place(home.revision(), home.discovery());
    }

    @Override
    public String toString() {
        return revision + " at " + address;
    }
}
