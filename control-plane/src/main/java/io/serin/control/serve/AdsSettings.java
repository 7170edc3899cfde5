// SPDX-License-Identifier: Apache-2.0
package io.serin.control.serve;

import io.serin.api.name.Revision;

/**
 * Where and as whom configuration is served.
 *
 * @param port to listen at, 15010; 0 for any free one
 * @param revision the one whose proxies are served, and those of namespaces that want it
 * @param version of this control plane
 * @param instance this process among its replicas, the pod's name; told to proxies as {@code
 *     control_plane.identifier}
 */
public record AdsSettings(int port, Revision revision, String version, String instance) {}
