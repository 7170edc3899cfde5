// SPDX-License-Identifier: Apache-2.0
package io.serin.control.revision;

import io.serin.control.trust.ServerCertificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Replaces the certificate that the webhooks are served with, in three steps, so that the API
 * server never sees one that it does not trust: it stands in the Secret; at the same look, the API
 * server is told to trust old and new; only at the next look, when it has heard, is it served. A
 * webhook that can't be told is tried at each look, but waited for no longer than a day: all others
 * would at last be without a certificate that is valid.
 *
 * <p>One caller at a time, on a thread that may block.
 */
public final class CertificateRenewal {

    private static final Logger LOG = LoggerFactory.getLogger(CertificateRenewal.class);

    /** As long as a successor is trusted before it signs. */
    private static final Duration WAIT_FOR_ALL = KeptCertificate.TRUSTED_BEFORE_IT_SIGNS;

    private final CertificateStore store;
    private final CaBundleKeeper trust;
    private final InstantSource clock;
    private final Consumer<ServerCertificate> served;
    private ServerCertificate current;
    private ServerCertificate announced;
    private ServerCertificate found;
    private Instant foundAt = Instant.MIN;

    /**
     * Begins with one that is served already.
     *
     * @param served told of each that is to be served from now on
     */
    public CertificateRenewal(
            CertificateStore store,
            CaBundleKeeper trust,
            InstantSource clock,
            ServerCertificate current,
            Consumer<ServerCertificate> served) {
        this.store = store;
        this.trust = trust;
        this.clock = clock;
        this.current = current;
        this.announced = current;
        this.found = current;
        this.served = served;
    }

    /** Does the next step, if there is one; what fails is done at the next look. */
    public void look() {
        try {
            Instant now = clock.instant();
            ServerCertificate stored = store.obtain(now);
            if (!stored.equals(found)) {
                found = stored;
                foundAt = now;
            }
            if (!stored.equals(announced) && !announce(stored, now)) {
                return;
            }
            if (!stored.equals(current)) {
                served.accept(stored);
                current = stored;
                LOG.info("webhook certificate=renewed");
            }
        } catch (RuntimeException failed) {
            LOG.warn("webhook certificate not renewed reason=\"{}\"", failed.getMessage());
        }
    }

    /** Whether it may be served at once: who has not heard by now is waited for no more. */
    private boolean announce(ServerCertificate stored, Instant now) {
        try {
            trust.fillAll();
            announced = stored;
            return false;
        } catch (RuntimeException refused) {
            if (now.isBefore(foundAt.plus(WAIT_FOR_ALL))) {
                throw refused;
            }
            LOG.warn("webhook not told of its certificate reason=\"{}\"", refused.getMessage());
            return true;
        }
    }
}
