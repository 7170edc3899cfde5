// SPDX-License-Identifier: Apache-2.0
package io.serin.proxy.admin;

import io.serin.proxy.dns.DnsCounts;
import java.io.IOException;
import java.math.BigDecimal;
import java.time.Duration;

/** What the agent's name server did, under the names of Istio's. */
public final class DnsMetrics implements MetricSource {

    private static final String REQUESTS = "istio_agent_dns_requests_total";
    private static final String UPSTREAM = "istio_agent_dns_upstream_requests_total";
    private static final String FAILURES = "istio_agent_dns_upstream_failures_total";
    private static final String TIMES = "istio_agent_dns_upstream_request_duration_seconds";

    private final DnsCounts counts;

    public DnsMetrics(DnsCounts counts) {
        this.counts = counts;
    }

    @Override
    public void write(Appendable to) throws IOException {
        MetricText text = new MetricText(to);
        text.family(REQUESTS, "counter", "Questions for names that were asked of the agent.");
        text.sample(REQUESTS, counts.requests());
        text.family(UPSTREAM, "counter", "Of these, those that the pod's name servers were asked.");
        text.sample(UPSTREAM, counts.upstreamRequests());
        text.family(FAILURES, "counter", "Of these, those that none of them answered.");
        text.sample(FAILURES, counts.upstreamFailures());
        text.family(TIMES, "histogram", "Time in which the pod's name servers answered.");
        long sum = 0;
        for (int i = 0; i < DnsCounts.BOUNDS.size(); i++) {
            sum += counts.upstreamTimes(i);
            String bound = seconds(DnsCounts.BOUNDS.get(i)).toPlainString();
            text.sample(TIMES + "_bucket", "le", bound, sum);
        }
        sum += counts.upstreamTimes(DnsCounts.BOUNDS.size());
        text.sample(TIMES + "_bucket", "le", "+Inf", sum);
        text.sample(TIMES + "_sum", seconds(counts.upstreamTime()));
        text.sample(TIMES + "_count", sum);
    }

    private static BigDecimal seconds(Duration duration) {
        return BigDecimal.valueOf(duration.toNanos(), 9).stripTrailingZeros();
    }
}
