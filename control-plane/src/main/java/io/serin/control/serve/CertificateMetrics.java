// SPDX-License-Identifier: Apache-2.0
package io.serin.control.serve;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What is counted of signing certificates, under Istio's names. All are gauges, because a counter
 * would be given the name's ending _total, which Istio's lack.
 */
final class CertificateMetrics {

    /** Why a request that could be read was not granted, as Istio's label {@code error} has it. */
    enum SignError {
        /** Too much to do, or an authority that has ended. */
        CA_NOT_READY,
        TTL_ERROR,
        CERT_GEN_ERROR
    }

    private final AtomicLong requests;
    private final AtomicLong successes;
    private final AtomicLong unreadable;
    private final AtomicLong strangers;
    private final Map<SignError, AtomicLong> signErrors = new EnumMap<>(SignError.class);

    CertificateMetrics(MeterRegistry registry) {
        requests = counted(registry, "csr", "Requests for a certificate.");
        successes = counted(registry, "success_cert_issuance", "Certificates that were signed.");
        unreadable =
                counted(
                        registry,
                        "csr_parsing_err",
                        "Requests that could not be read, not proven, or were for somebody else.");
        strangers =
                counted(
                        registry,
                        "authentication_failure",
                        "Requests of those who did not prove who they are.");
        for (SignError error : SignError.values()) {
            AtomicLong count = new AtomicLong();
            signErrors.put(error, count);
            Gauge.builder("citadel_server_csr_sign_err_count", count, AtomicLong::get)
                    .description("Requests that were not granted although they could be read.")
                    .tag("error", error.name())
                    .register(registry);
        }
    }

    private static AtomicLong counted(MeterRegistry registry, String what, String description) {
        AtomicLong count = new AtomicLong();
        Gauge.builder("citadel_server_" + what + "_count", count, AtomicLong::get)
                .description(description)
                .register(registry);
        return count;
    }

    void asked() {
        requests.incrementAndGet();
    }

    void signed() {
        successes.incrementAndGet();
    }

    void notReadable() {
        unreadable.incrementAndGet();
    }

    void notAuthenticated() {
        strangers.incrementAndGet();
    }

    void notSigned(SignError error) {
        Objects.requireNonNull(signErrors.get(error)).incrementAndGet();
    }
}
