// SPDX-License-Identifier: Apache-2.0
package io.serin.proxy.identity;

import io.serin.api.name.SpiffeId;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * How the proxy's identity stands.
 *
 * @param self who it is
 * @param certificate what proves it; empty while nothing does
 * @param roots the names of those whom it believes
 * @param failure why there is no newer certificate; empty where none is due
 */
public record IdentityReport(
        SpiffeId self, Optional<Certificate> certificate, List<String> roots, String failure) {

    public IdentityReport {
        roots = List.copyOf(roots);
    }

    /**
     * A certificate.
     *
     * @param serial in hexadecimal
     * @param renewal when the next one is asked for
     */
    public record Certificate(String serial, Instant from, Instant until, Instant renewal) {}
}
