// SPDX-License-Identifier: Apache-2.0
package io.serin.control.trust;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.PemKeyCertOptions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * What one of our servers shows to its callers. All parts are PEM.
 *
 * @param authority those to be trusted: the one that signed it, and perhaps others, which signed
 *     one before it or will sign one after it
 * @param certificate and what leads from it to those to be trusted, if anything
 * @param key PKCS 8
 */
public record ServerCertificate(String authority, String certificate, String key) {

    /** As Vert.x takes it. */
    public PemKeyCertOptions options() {
        return new PemKeyCertOptions()
                .addCertValue(Buffer.buffer(certificate))
                .addKeyValue(Buffer.buffer(key));
    }

    /**
     * Makes one, with an authority of its own.
     *
     * @param hosts DNS names
     */
    public static ServerCertificate make(List<String> hosts, Instant now) {
        return Authority.make("authority", now).sign(hosts, Duration.ofDays(365), now);
    }

    public Instant until() {
        return Pem.lifetime(certificate).until();
    }

    /** Without the key, which must not end up in a log. */
    @Override
    public String toString() {
        return "ServerCertificate";
    }
}
