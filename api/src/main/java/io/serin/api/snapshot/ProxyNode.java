// SPDX-License-Identifier: Apache-2.0
package io.serin.api.snapshot;

import io.serin.api.backend.Workload;
import io.serin.api.name.ProxyId;
import io.serin.api.name.Revision;
import java.util.Map;

/**
 * Who asks for configuration, an xDS {@code Node}.
 *
 * @param revision the control plane that the proxy was injected for; metadata {@code REVISION}
 * @param version the proxy's own version; metadata {@code SERIN_VERSION}
 * @param protocol the generation that it speaks, see {@link Protocol}; metadata {@code
 *     SERIN_PROTOCOL}; 0 where it says nothing, and can't be sent to another control plane
 * @param workload metadata {@code WORKLOAD_NAME}, {@code NAMESPACE}, and the canonical labels
 * @param labels the pod's labels; metadata {@code LABELS}
 * @param dnsCapture whether the proxy answers its application's questions for names, and so wants
 *     to know them; metadata {@code DNS_CAPTURE}
 * @param mtls whether the proxy has an identity to prove, and can check others'; metadata {@code
 *     SERIN_MTLS}
 */
public record ProxyNode(
        ProxyId id,
        Revision revision,
        String version,
        int protocol,
        Workload workload,
        Map<String, String> labels,
        boolean dnsCapture,
        boolean mtls) {

    public ProxyNode {
        labels = Map.copyOf(labels);
    }

    /** A proxy of this build that has an identity, and answers no questions for names. */
    public ProxyNode(
            ProxyId id,
            Revision revision,
            String version,
            Workload workload,
            Map<String, String> labels) {
        this(id, revision, version, Protocol.OWN.latest(), workload, labels, false, true);
    }

    /** The same, with an identity or without one. */
    public ProxyNode withMtls(boolean proves) {
        return new ProxyNode(id, revision, version, protocol, workload, labels, dnsCapture, proves);
    }
}
