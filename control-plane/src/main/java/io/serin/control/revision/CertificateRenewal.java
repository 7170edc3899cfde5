// SPDX-License-Identifier: Apache-2.0
package io.serin.control.revision;

import io.serin.control.trust.ServerCertificate;
import java.time.InstantSource;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Replaces the certificate that the webhooks are served with, in three steps, so that the API
 * server never sees one that it does not trust: it stands in the Secret; at the same look, the API
 * server is told to trust old and new; only at the next look, when it has heard, is it served.
 *
 * <p>One caller at a time, on a thread that may block.
 */
public final class CertificateRenewal {

    private static final Logger LOG = LoggerFactory.getLogger(CertificateRenewal.class);

    private final CertificateStore store;
    private final CaBundleKeeper trust;
    private final InstantSource clock;
    private final Consumer<ServerCertificate> served;
    private ServerCertificate current;
    private ServerCertificate announced;

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
        this.served = served;
    }

    /** Does the next step, if there is one; what fails is done at the next look. */
    public void look() {
        try {
            ServerCertificate stored = store.obtain(clock.instant());
            if (stored.equals(current)) {
                return;
            }
            if (!stored.equals(announced)) {
                trust.fillAll();
                announced = stored;
                return;
            }
            served.accept(stored);
            current = stored;
            LOG.info("webhook certificate=renewed");
        } catch (RuntimeException failed) {
            LOG.warn("webhook certificate not renewed reason=\"{}\"", failed.getMessage());
        }
    }
}
