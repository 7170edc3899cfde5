// SPDX-License-Identifier: Apache-2.0
package io.serin.control.revision;

import io.serin.api.contract.Labels;
import io.serin.api.contract.Objects;
import io.serin.api.name.Revision;
import io.serin.kube.type.ObjectName;
import io.serin.kube.write.Secrets;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the webhook's certificate in a Secret, which all replicas of the revision share; makes it
 * when there is none and makes it anew in the last third of its life. Blocks; any thread.
 */
public final class CertificateStore {

    private static final Logger LOG = LoggerFactory.getLogger(CertificateStore.class);
    private static final Duration RENEW_BEFORE = WebhookCertificate.LIFETIME.dividedBy(3);
    private static final String AUTHORITY = "ca.crt";
    private static final String CERTIFICATE = "tls.crt";
    private static final String KEY = "tls.key";

    private final Secrets secrets;
    private final Revision revision;
    private final ObjectName name;

    /** What is served although its Secret may be gone. */
    private final AtomicReference<Optional<WebhookCertificate>> last =
            new AtomicReference<>(Optional.empty());

    public CertificateStore(Secrets secrets, Revision revision, String namespace) {
        this.secrets = secrets;
        this.revision = revision;
        this.name = new ObjectName(namespace, Objects.controlPlane(revision) + "-webhook-cert");
    }

    /**
     * The certificate that all replicas are to serve with now. A new one's authorities are its own
     * and the one before: some replicas still serve that.
     */
    public WebhookCertificate obtain(Instant now) {
        Optional<Secrets.Held> held = secrets.read(name);
        Optional<WebhookCertificate> stored = held.flatMap(CertificateStore::certificate);
        if (stored.isPresent() && expires(stored.get()).minus(RENEW_BEFORE).isAfter(now)) {
            last.set(stored);
            return stored.get();
        }
        String host = Objects.discoveryHost(revision);
        WebhookCertificate made =
                WebhookCertificate.make(List.of(host, host + ".cluster.local"), now)
                        .after(stored.or(last::get));
        boolean won =
                secrets.write(
                        name,
                        Map.of(
                                Labels.APP,
                                Labels.APP_CONTROL_PLANE,
                                Labels.REVISION,
                                revision.value()),
                        Map.of(
                                AUTHORITY,
                                made.authority(),
                                CERTIFICATE,
                                made.certificate(),
                                KEY,
                                made.key()),
                        held.map(Secrets.Held::version));
        LOG.info("secret={} certificate={}", name, won ? "made" : "made by another replica");
        WebhookCertificate agreed =
                won
                        ? made
                        : secrets.read(name)
                                .flatMap(CertificateStore::certificate)
                                .orElseThrow(() ->
                                        new IllegalStateException(
                                                "secret "
                                                        + name
                                                        + " went away, or is no certificate"));
        last.set(Optional.of(agreed));
        return agreed;
    }

    private static Optional<WebhookCertificate> certificate(Secrets.Held held) {
        Map<String, String> texts = held.texts();
        return texts.keySet().containsAll(List.of(AUTHORITY, CERTIFICATE, KEY))
                ? Optional.of(
                        new WebhookCertificate(
                                texts.getOrDefault(AUTHORITY, ""),
                                texts.getOrDefault(CERTIFICATE, ""),
                                texts.getOrDefault(KEY, "")))
                : Optional.empty();
    }

    private static Instant expires(WebhookCertificate certificate) {
        try {
            X509Certificate x509 =
                    (X509Certificate)
                            CertificateFactory.getInstance("X.509")
                                    .generateCertificate(
                                            new ByteArrayInputStream(
                                                    certificate
                                                            .certificate()
                                                            .getBytes(StandardCharsets.US_ASCII)));
            return x509.getNotAfter().toInstant();
        } catch (CertificateException unreadable) {
            // As good as expired.
            return Instant.EPOCH;
        }
    }
}
