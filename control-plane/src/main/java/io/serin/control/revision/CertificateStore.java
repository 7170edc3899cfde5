// SPDX-License-Identifier: Apache-2.0
package io.serin.control.revision;

import io.serin.api.contract.Labels;
import io.serin.api.contract.Objects;
import io.serin.api.name.Revision;
import io.serin.control.trust.ServerCertificate;
import io.serin.control.trust.SharedSecret;
import io.serin.kube.type.ObjectName;
import io.serin.kube.write.Secrets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Keeps the webhook's certificate, and the authority that signs it, in a Secret, which all replicas
 * of the revision share. Whoever of them looks first does what is due, and the others take it over;
 * what is due is told by {@link KeptCertificate}. Blocks; any thread.
 */
public final class CertificateStore {

    private static final String TYPE = "kubernetes.io/tls";

    private final SharedSecret<KeptCertificate> secret;

    public CertificateStore(Secrets secrets, Revision revision, String namespace) {
        String host = Objects.discoveryHost(revision);
        List<String> hosts = List.of(host, host + ".cluster.local");
        secret =
                new SharedSecret<>(
                        secrets,
                        new ObjectName(namespace, Objects.controlPlane(revision) + "-webhook-cert"),
                        TYPE,
                        Map.of(
                                Labels.APP,
                                Labels.APP_CONTROL_PLANE,
                                Labels.REVISION,
                                revision.value()),
                        new SharedSecret.Form<>() {
                            @Override
                            public Optional<KeptCertificate> read(Map<String, String> texts) {
                                return KeptCertificate.read(texts);
                            }

                            @Override
                            public KeptCertificate due(
                                    Optional<KeptCertificate> kept, Instant now) {
                                return KeptCertificate.due(kept, hosts, now);
                            }

                            @Override
                            public Map<String, String> texts(KeptCertificate kept) {
                                return kept.texts();
                            }
                        });
    }

    /**
     * The certificate that all replicas are to serve with now, and those to be trusted.
     *
     * @throws IllegalStateException when other replicas were faster each time
     */
    public ServerCertificate obtain(Instant now) {
        return secret.obtain(now).served();
    }
}
