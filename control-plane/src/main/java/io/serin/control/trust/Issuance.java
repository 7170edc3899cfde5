// SPDX-License-Identifier: Apache-2.0
package io.serin.control.trust;

import java.time.Instant;
import java.util.List;

/** What came of a request for a certificate. */
public sealed interface Issuance {

    /**
     * A certificate.
     *
     * @param chain PEM: the certificate, one by one what leads from there to a root, and last all
     *     roots that are to be trusted
     * @param serial of the certificate, hexadecimal
     */
    record Issued(List<String> chain, String serial, Instant until) implements Issuance {

        public Issued {
            chain = List.copyOf(chain);
        }
    }

    /**
     * None.
     *
     * @param reason with field, value and what was expected; nothing secret
     */
    record Refused(Because because, String reason) implements Issuance {}

    /** What is in the way. */
    enum Because {
        /** What is asked to be signed: not readable, not proven, or somebody else's. */
        REQUEST,
        /** How long it is to hold. */
        LIFETIME,
        /** The authority, which has ended. */
        AUTHORITY
    }
}
