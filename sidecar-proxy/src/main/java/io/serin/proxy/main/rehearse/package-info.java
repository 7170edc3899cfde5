// SPDX-License-Identifier: Apache-2.0
/**
 * A rehearsal of the sidecar's work: the proxy plays control plane, application and client against
 * itself on loopback. The image's build runs it once, {@code serin-proxy rehearse}, to record which
 * classes the proxy loads and which methods are hot, so that every pod starts from that record (JDK
 * AOT cache, JEP 483 and 515). Not on any path of a running mesh.
 */
@NullMarked
package io.serin.proxy.main.rehearse;

import org.jspecify.annotations.NullMarked;
