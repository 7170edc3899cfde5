// SPDX-License-Identifier: Apache-2.0
package io.serin.control.revision;

import io.serin.api.contract.Labels;
import io.serin.api.contract.Objects;
import io.serin.api.name.Revision;
import io.serin.control.trust.ServerCertificate;
import io.serin.kube.type.ObjectName;
import io.serin.kube.write.Secrets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the webhook's certificate, and the authority that signs it, in a Secret, which all replicas
 * of the revision share. Whoever of them looks first does what is due, and the others take it over;
 * what is due is told by {@link KeptCertificate}. Blocks; any thread.
 */
public final class CertificateStore {

    private static final Logger LOG = LoggerFactory.getLogger(CertificateStore.class);
    private static final String TYPE = "kubernetes.io/tls";
    private static final int ATTEMPTS = 5;

    private final Secrets secrets;
    private final ObjectName name;
    private final Map<String, String> labels;
    private final List<String> hosts;

    /** What is served although its Secret may be gone. */
    private final AtomicReference<Optional<KeptCertificate>> last =
            new AtomicReference<>(Optional.empty());

    public CertificateStore(Secrets secrets, Revision revision, String namespace) {
        this.secrets = secrets;
        this.name = new ObjectName(namespace, Objects.controlPlane(revision) + "-webhook-cert");
        this.labels =
                Map.of(Labels.APP, Labels.APP_CONTROL_PLANE, Labels.REVISION, revision.value());
        String host = Objects.discoveryHost(revision);
        this.hosts = List.of(host, host + ".cluster.local");
    }

    /**
     * The certificate that all replicas are to serve with now, and those to be trusted.
     *
     * @throws IllegalStateException when other replicas were faster each time
     */
    public ServerCertificate obtain(Instant now) {
        for (int attempt = 1; attempt <= ATTEMPTS; attempt++) {
            Optional<Secrets.Held> held = secrets.read(name);
            Optional<KeptCertificate> stored =
                    held.flatMap(secret -> KeptCertificate.read(secret.texts()));
            // Where the Secret went away, what is trusted already goes back into it.
            KeptCertificate due = KeptCertificate.due(stored.or(last::get), hosts, now);
            if (stored.filter(due::equals).isPresent()
                    || secrets.write(
                            name, TYPE, labels, due.texts(), held.map(Secrets.Held::version))) {
                if (stored.filter(due::equals).isEmpty()) {
                    LOG.info("secret={} certificate=written", name);
                }
                last.set(Optional.of(due));
                return due.served();
            }
            LOG.info("secret={} certificate=\"another replica was faster\"", name);
        }
        throw new IllegalStateException(
                "secret " + name + " was changed by others " + ATTEMPTS + " times in a row");
    }
}
