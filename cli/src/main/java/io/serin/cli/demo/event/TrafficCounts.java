// SPDX-License-Identifier: Apache-2.0
package io.serin.cli.demo.event;

import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/**
 * What the load client counted in some time.
 *
 * @param sent requests; those that are still due are neither succeeded nor failed
 * @param p99Millis of the answers; of several seconds, the worst second's
 * @param versions how many answers came from each version of reviews; ordered
 */
public record TrafficCounts(
        long sent, long succeeded, long failed, double p99Millis, Map<String, Long> versions) {

    public static final TrafficCounts NONE = new TrafficCounts(0, 0, 0, 0, Map.of());

    public TrafficCounts {
        versions = Collections.unmodifiableMap(new TreeMap<>(versions));
    }

    /** This and a later time together. */
    public TrafficCounts plus(TrafficCounts later) {
        Map<String, Long> both = new TreeMap<>(versions);
        later.versions.forEach((version, count) -> both.merge(version, count, Long::sum));
        return new TrafficCounts(
                sent + later.sent,
                succeeded + later.succeeded,
                failed + later.failed,
                Math.max(p99Millis, later.p99Millis),
                both);
    }

    public long of(String version) {
        return versions.getOrDefault(version, 0L);
    }

    /** A version's share of the answers, 0 to 100; 0 when there were none. */
    public double percent(String version) {
        long all = versions.values().stream().mapToLong(Long::longValue).sum();
        return all == 0 ? 0 : 100.0 * of(version) / all;
    }

    /** How many of the requests that are decided succeeded, 0 to 100; 100 when none is decided. */
    public double percentSucceeded() {
        long decided = succeeded + failed;
        return decided == 0 ? 100 : 100.0 * succeeded / decided;
    }
}
