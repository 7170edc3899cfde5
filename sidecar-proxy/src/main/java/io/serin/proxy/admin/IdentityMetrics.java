// SPDX-License-Identifier: Apache-2.0
package io.serin.proxy.admin;

import io.serin.proxy.identity.IdentityReport;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;

/** How long the proxy can go on proving who it is, under the name of Istio's agent. */
final class IdentityMetrics implements MetricSource {

    private static final String EXPIRY = "istio_agent_cert_expiry_seconds";

    private final Supplier<Optional<IdentityReport>> reports;
    private final Clock clock;

    IdentityMetrics(Supplier<Optional<IdentityReport>> reports, Clock clock) {
        this.reports = reports;
        this.clock = clock;
    }

    @Override
    public void write(Appendable to) throws IOException {
        Optional<IdentityReport.Certificate> held =
                reports.get().flatMap(IdentityReport::certificate);
        if (held.isPresent()) {
            MetricText text = new MetricText(to);
            text.family(EXPIRY, "gauge", "Seconds until the certificate ends; negative after it.");
            text.sample(
                    EXPIRY,
                    "resource_name",
                    "default",
                    Duration.between(clock.instant(), held.get().until()).toSeconds());
        }
    }
}
