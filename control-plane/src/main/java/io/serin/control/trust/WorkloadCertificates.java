// SPDX-License-Identifier: Apache-2.0
package io.serin.control.trust;

import io.serin.api.name.SpiffeId;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Signs what workloads show one another: a certificate of a key that they made, for the identity
 * that somebody else has found out. Takes two to five milliseconds of CPU; any thread.
 */
public final class WorkloadCertificates {

    /** Where none is asked for. */
    static final Duration LIFETIME = Duration.ofHours(24);

    /** As Istio's {@code MAX_WORKLOAD_CERT_TTL}. */
    static final Duration MAX_LIFETIME = Duration.ofDays(90);

    private final Supplier<MeshAuthority> authority;
    private final InstantSource clock;

    /** Read anew for another authority only: a key costs more to read than to sign with. */
    private volatile @Nullable Reading last;

    private record Reading(MeshAuthority of, IssuingAuthority read) {}

    /**
     * Signs nothing yet.
     *
     * @param authority that signs now; does not block
     */
    public WorkloadCertificates(Supplier<MeshAuthority> authority, InstantSource clock) {
        this.authority = authority;
        this.clock = clock;
    }

    /** The SPIFFE ID of a service account. */
    public String identity(String namespace, String account) {
        return of(namespace, account).toString();
    }

    private static SpiffeId of(String namespace, String account) {
        return new SpiffeId(SpiffeId.DEFAULT_TRUST_DOMAIN, namespace, account);
    }

    /**
     * Signs a certificate of a service account's.
     *
     * @param csr PKCS 10 in PEM
     * @param seconds how long it is to hold, at most; 0 for a day
     * @throws IllegalStateException when the authority can't sign
     */
    public Issuance issue(String namespace, String account, String csr, long seconds) {
        SpiffeId identity = of(namespace, account);
        if (seconds < 0 || seconds > MAX_LIFETIME.toSeconds()) {
            return new Issuance.Refused(
                    Issuance.Because.LIFETIME,
                    "validity_duration: "
                            + seconds
                            + " (expected: 0 to "
                            + MAX_LIFETIME.toSeconds()
                            + ", in seconds)");
        }
        try {
            return reading()
                    .issue(
                            identity,
                            SigningRequest.read(csr, identity).key(),
                            seconds == 0 ? LIFETIME : Duration.ofSeconds(seconds),
                            clock.instant());
        } catch (RequestFault fault) {
            return new Issuance.Refused(
                    Issuance.Because.REQUEST, String.valueOf(fault.getMessage()));
        } catch (GeneralSecurityException | IOException broken) {
            throw new IllegalStateException("no certificate could be signed", broken);
        }
    }

    private IssuingAuthority reading() throws GeneralSecurityException, IOException {
        MeshAuthority now = authority.get();
        Reading held = last;
        if (held == null || !held.of.equals(now)) {
            held = new Reading(now, IssuingAuthority.of(now));
            last = held;
        }
        return held.read;
    }
}
