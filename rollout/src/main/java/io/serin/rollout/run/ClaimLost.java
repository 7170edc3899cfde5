// SPDX-License-Identifier: Apache-2.0
package io.serin.rollout.run;

/** What a run held is another's by now, or nobody's. The message says whose. */
public final class ClaimLost extends RuntimeException {

    ClaimLost(String message) {
        super(message);
    }
}
