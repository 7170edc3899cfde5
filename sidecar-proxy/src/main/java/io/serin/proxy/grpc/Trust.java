// SPDX-License-Identifier: Apache-2.0
package io.serin.proxy.grpc;

import io.netty.handler.ssl.SslContext;
import java.util.Optional;

/**
 * How the proxy and its control planes come to believe each other: asked anew for each attempt, and
 * it may block.
 */
@FunctionalInterface
public interface Trust {

    /** Nobody proves anything: plaintext. */
    Trust NONE = Optional::empty;

    /**
     * What holds for one attempt; empty for plaintext.
     *
     * @throws TrustFault when the proxy has not got what it needs
     */
    Optional<Terms> terms() throws TrustFault;

    /**
     * What a stream over TLS needs.
     *
     * @param context of a client that trusts only whom it should, and checks the host's name
     * @param token who the proxy is; a secret
     */
    record Terms(SslContext context, String token) {

        @Override
        public String toString() {
            return "Terms";
        }
    }
}
