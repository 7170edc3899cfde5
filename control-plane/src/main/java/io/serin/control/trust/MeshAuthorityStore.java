// SPDX-License-Identifier: Apache-2.0
package io.serin.control.trust;

import io.serin.api.contract.Labels;
import io.serin.api.contract.Objects;
import io.serin.kube.type.ObjectName;
import io.serin.kube.write.Secrets;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * Keeps the mesh's authority in a Secret, which the control planes of all revisions share; whoever
 * looks first makes it. One that people have put into Secret {@code cacerts} comes before it; what
 * our own has signed is trusted beside that one for as long as its Secret is there, so that proxies
 * lose nobody by the change. Blocks; any thread.
 */
public final class MeshAuthorityStore {

    private static final String TYPE = "istio.io/ca-root";

    private final Secrets secrets;
    private final ObjectName own;
    private final ObjectName plugged;
    private final SharedSecret<MeshAuthority> shared;

    public MeshAuthorityStore(Secrets secrets, String namespace) {
        this.secrets = secrets;
        this.own = new ObjectName(namespace, Objects.AUTHORITY);
        this.plugged = new ObjectName(namespace, Objects.PLUGGED_AUTHORITY);
        shared =
                new SharedSecret<>(
                        secrets,
                        own,
                        TYPE,
                        Map.of(
                                Labels.APP,
                                Labels.APP_CONTROL_PLANE,
                                Labels.MANAGED_BY,
                                Labels.SERIN),
                        new SharedSecret.Form<>() {
                            @Override
                            public Optional<MeshAuthority> read(Map<String, String> texts) {
                                return Optional.of(MeshAuthority.ofOwn(texts));
                            }

                            @Override
                            public MeshAuthority due(Optional<MeshAuthority> kept, Instant now) {
                                return MeshAuthority.due(kept, now);
                            }

                            @Override
                            public Map<String, String> texts(MeshAuthority kept) {
                                return kept.texts();
                            }
                        });
    }

    /**
     * The authority that holds now.
     *
     * @throws IllegalStateException when a Secret does not hold one, naming what is wrong in it
     */
    public MeshAuthority obtain(Instant now) {
        Optional<MeshAuthority> brought =
                secrets.read(plugged).map(it -> MeshAuthority.ofPlugged(it.texts()));
        return brought.isPresent() ? besideOwn(brought.get()) : shared.obtain(now);
    }

    private MeshAuthority besideOwn(MeshAuthority brought) {
        return secrets.read(own)
                .map(it -> brought.trustingAlso(MeshAuthority.ofOwn(it.texts())))
                .orElse(brought);
    }
}
