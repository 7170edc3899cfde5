// SPDX-License-Identifier: Apache-2.0
package io.serin.proxy.tls;

import io.netty.channel.Channel;
import io.serin.api.name.SpiffeId;
import java.security.cert.CertificateException;
import java.util.List;
import java.util.Optional;

/**
 * How an endpoint is called that takes mTLS.
 *
 * @param own what this proxy proves now
 * @param identities one of them has to be the endpoint's
 */
public record EndpointTls(MeshTls own, List<SpiffeId> identities) {

    /**
     * Checks the endpoint of a connection whose handshake is done.
     *
     * @throws CertificateException when it is somebody else
     */
    public void check(Channel channel) throws CertificateException {
        Optional<SpiffeId> peer = MeshTls.peer(channel);
        if (peer.isEmpty() || !identities.contains(peer.get())) {
            throw new CertificateException(
                    "it proves to be "
                            + peer.map(SpiffeId::toString).orElse("nobody")
                            + " (expected: one of "
                            + identities
                            + ")");
        }
    }
}
