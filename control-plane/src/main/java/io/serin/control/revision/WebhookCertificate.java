// SPDX-License-Identifier: Apache-2.0
package io.serin.control.revision;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * The certificate that the API server sees when it calls our webhooks. All parts are PEM.
 *
 * @param authority those to be trusted: the one that signed it, and perhaps others, which signed
 *     one before it or will sign one after it
 * @param key PKCS 8
 */
public record WebhookCertificate(String authority, String certificate, String key) {

    static final Duration LIFETIME = Duration.ofDays(365);

    /**
     * Makes one, with an authority of its own.
     *
     * @param hosts DNS names
     */
    public static WebhookCertificate make(List<String> hosts, Instant now) {
        return WebhookAuthority.make(now).sign(hosts, now);
    }

    Instant until() {
        return Pem.lifetime(certificate).until();
    }

    /** Without the key, which must not end up in a log. */
    @Override
    public String toString() {
        return "WebhookCertificate";
    }
}
