// SPDX-License-Identifier: Apache-2.0
package io.serin.proxy.dns;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.LongStream;

/** What the name server did so far. Any thread may read. */
public final class DnsCounts {

    /** Upper bounds of {@link #upstreamTimes}; the last has none. Istio's. */
    public static final List<Duration> BOUNDS =
            LongStream.of(1, 5, 10, 100, 1_000, 5_000).mapToObj(Duration::ofMillis).toList();

    private final LongAdder requests = new LongAdder();
    private final LongAdder upstreamRequests = new LongAdder();
    private final LongAdder upstreamFailures = new LongAdder();
    private final LongAdder upstreamNanos = new LongAdder();
    private final AtomicLongArray upstreamTimes = new AtomicLongArray(BOUNDS.size() + 1);

    void asked() {
        requests.increment();
    }

    void passedOn() {
        upstreamRequests.increment();
    }

    /** Somebody answered. */
    void answered(Duration after) {
        int bucket = 0;
        while (bucket < BOUNDS.size() && after.compareTo(BOUNDS.get(bucket)) > 0) {
            bucket++;
        }
        upstreamTimes.incrementAndGet(bucket);
        upstreamNanos.add(after.toNanos());
    }

    /** Nobody did. */
    void failed() {
        upstreamFailures.increment();
    }

    /** Questions that came. */
    public long requests() {
        return requests.sum();
    }

    /** Of these, those that were for others to answer. */
    public long upstreamRequests() {
        return upstreamRequests.sum();
    }

    /** Of these, those that nobody answered. */
    public long upstreamFailures() {
        return upstreamFailures.sum();
    }

    /** How long answers of others took, all together. */
    public Duration upstreamTime() {
        return Duration.ofNanos(upstreamNanos.sum());
    }

    /** How many answers of others took as long as the bound of this place at most, not less. */
    public long upstreamTimes(int place) {
        return upstreamTimes.get(place);
    }
}
