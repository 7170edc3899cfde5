// SPDX-License-Identifier: Apache-2.0
package io.serin.control.trust;

import io.serin.api.contract.Labels;
import io.serin.api.contract.Objects;
import io.serin.kube.type.ObjectName;
import io.serin.kube.write.Secrets;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the mesh's authority in a Secret, which the control planes of all revisions share; whoever
 * looks first makes it. One that people have put into Secret {@code cacerts} comes before it; what
 * our own has signed is trusted beside that one for as long as its Secret is there, so that proxies
 * lose nobody by the change. Blocks; any thread.
 */
public final class MeshAuthorityStore {

    private static final Logger LOG = LoggerFactory.getLogger(MeshAuthorityStore.class);
    private static final String TYPE = "istio.io/ca-root";
    private static final int ATTEMPTS = 5;

    private final Secrets secrets;
    private final ObjectName own;
    private final ObjectName plugged;

    /** What signs although its Secret may be gone. */
    private final AtomicReference<Optional<MeshAuthority>> last =
            new AtomicReference<>(Optional.empty());

    public MeshAuthorityStore(Secrets secrets, String namespace) {
        this.secrets = secrets;
        this.own = new ObjectName(namespace, Objects.AUTHORITY);
        this.plugged = new ObjectName(namespace, Objects.PLUGGED_AUTHORITY);
    }

    /**
     * The authority that holds now.
     *
     * @throws IllegalStateException when a Secret does not hold one, naming what is wrong in it
     */
    public MeshAuthority obtain(Instant now) {
        Optional<MeshAuthority> brought =
                secrets.read(plugged).map(it -> MeshAuthority.ofPlugged(it.texts()));
        return brought.isPresent() ? besideOwn(brought.get()) : ours(now);
    }

    private MeshAuthority besideOwn(MeshAuthority brought) {
        return secrets.read(own)
                .map(it -> brought.trustingAlso(MeshAuthority.ofOwn(it.texts())))
                .orElse(brought);
    }

    private MeshAuthority ours(Instant now) {
        for (int attempt = 1; attempt <= ATTEMPTS; attempt++) {
            Optional<Secrets.Held> held = secrets.read(own);
            Optional<MeshAuthority> stored = held.map(it -> MeshAuthority.ofOwn(it.texts()));
            // Where the Secret went away, what is trusted already goes back into it.
            MeshAuthority due = MeshAuthority.due(stored.or(last::get), now);
            boolean isThere = stored.filter(due::equals).isPresent();
            if (isThere
                    || secrets.write(
                            own,
                            TYPE,
                            Map.of(
                                    Labels.APP,
                                    Labels.APP_CONTROL_PLANE,
                                    Labels.MANAGED_BY,
                                    Labels.SERIN),
                            due.texts(),
                            held.map(Secrets.Held::version))) {
                if (!isThere) {
                    LOG.info("secret={} authority=written", own);
                }
                last.set(Optional.of(due));
                return due;
            }
            LOG.info("secret={} authority=\"another control plane was faster\"", own);
        }
        throw new IllegalStateException(
                "secret " + own + " was changed by others " + ATTEMPTS + " times in a row");
    }
}
