// SPDX-License-Identifier: Apache-2.0
/**
 * The agent's name server, which the application's questions are redirected to where that is asked
 * for: it answers for the mesh's names itself ({@link io.serin.proxy.dns.MeshNames}), and passes
 * all others to the pod's name servers and back as they are ({@link io.serin.proxy.dns.Upstream}).
 * Of a message nothing is read but its header and its question, so there is nothing else to get
 * wrong. Main type: {@link io.serin.proxy.dns.DnsServer}.
 */
@NullMarked
package io.serin.proxy.dns;

import org.jspecify.annotations.NullMarked;
