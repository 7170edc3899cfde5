// SPDX-License-Identifier: Apache-2.0
package io.serin.rollout.fact;

/** The API server does not answer. */
public final class ClusterGone extends RuntimeException {

    private final String reason;

    public ClusterGone(String reason, Throwable cause) {
        super(reason, cause);
        this.reason = reason;
    }

    public String reason() {
        return reason;
    }
}
