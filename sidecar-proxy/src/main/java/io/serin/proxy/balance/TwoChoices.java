// SPDX-License-Identifier: Apache-2.0
package io.serin.proxy.balance;

import io.serin.proxy.pool.Pooled;
import io.serin.proxy.pool.UpstreamHost;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * The less loaded of two random endpoints: nearly as even as the least loaded of all, without
 * looking at all. Mitzenmacher, "The Power of Two Choices in Randomized Load Balancing", 2001. One
 * event loop.
 */
public final class TwoChoices {

    private final SplittableRandom random;

    public TwoChoices(SplittableRandom random) {
        this.random = random;
    }

    /**
     * Picks one that was not tried.
     *
     * @param tried those not to take; may be empty
     * @return null when all were tried
     */
    public <C extends Pooled> @Nullable UpstreamHost<C> pick(
            UpstreamHost<C>[] hosts, List<UpstreamHost<C>> tried, long now) {
        int count = hosts.length;
        if (count == 0) {
            return null;
        }
        int first = count == 1 ? 0 : random.nextInt(count);
        UpstreamHost<C> a = hosts[first];
        if (count > 1) {
            int second = first + 1 + random.nextInt(count - 1);
            UpstreamHost<C> b = hosts[second < count ? second : second - count];
            if (isWorse(a, b, tried, now)) {
                a = b;
            }
        }
        return isEligible(a, tried, now) ? a : firstEligible(hosts, first, tried, now);
    }

    private static <C extends Pooled> boolean isWorse(
            UpstreamHost<C> a, UpstreamHost<C> b, List<UpstreamHost<C>> tried, long now) {
        boolean mayA = isEligible(a, tried, now);
        boolean mayB = isEligible(b, tried, now);
        return mayA == mayB ? a.inFlight() > b.inFlight() : mayB;
    }

    private static <C extends Pooled> boolean isEligible(
            UpstreamHost<C> host, List<UpstreamHost<C>> tried, long now) {
        return !host.isAvoided(now) && (tried.isEmpty() || !tried.contains(host));
    }

    /** Few are left: look at each, and rather take one that failed lately than none. */
    private static <C extends Pooled> @Nullable UpstreamHost<C> firstEligible(
            UpstreamHost<C>[] hosts, int from, List<UpstreamHost<C>> tried, long now) {
        UpstreamHost<C> lastResort = null;
        for (int i = 0; i < hosts.length; i++) {
            UpstreamHost<C> host = hosts[(from + i) % hosts.length];
            if (isEligible(host, tried, now)) {
                return host;
            }
            if (lastResort == null && !tried.contains(host)) {
                lastResort = host;
            }
        }
        return lastResort;
    }
}
