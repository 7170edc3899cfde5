// SPDX-License-Identifier: Apache-2.0
package io.serin.api.snapshot;

import io.serin.api.name.HostPort;
import io.serin.api.name.Revision;

/**
 * Where a proxy is to get its configuration from, in the eyes of the control plane that says so. A
 * proxy is told at all times, also that it is where it should be: so it can ask any control plane
 * that would serve it.
 *
 * @param revision whose control plane
 * @param discovery where that is, by name or address
 * @param speaks what the control plane that says this speaks itself
 */
public record Home(Revision revision, HostPort discovery, Protocol speaks) {

    /** The one name that it is asked for by. */
    public static final String NAME = "home";
}
