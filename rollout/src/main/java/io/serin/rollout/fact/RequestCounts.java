// SPDX-License-Identifier: Apache-2.0
package io.serin.rollout.fact;

import java.util.OptionalDouble;

/**
 * Requests that sidecars have counted.
 *
 * @param failed those answered with a status of 500 or more
 */
public record RequestCounts(long total, long failed) {

    public static final RequestCounts NONE = new RequestCounts(0, 0);

    public RequestCounts plus(RequestCounts more) {
        return new RequestCounts(total + more.total, failed + more.failed);
    }

    /** What came on top; a counter that began anew counts from where it is now. */
    public RequestCounts since(RequestCounts earlier) {
        return total < earlier.total
                ? this
                : new RequestCounts(total - earlier.total, Math.max(0, failed - earlier.failed));
    }

    /** In percent; empty where there were no requests. */
    public OptionalDouble successPercent() {
        return total == 0
                ? OptionalDouble.empty()
                : OptionalDouble.of(100.0 * (total - failed) / total);
    }
}
