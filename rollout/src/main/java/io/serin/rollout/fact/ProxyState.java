// SPDX-License-Identifier: Apache-2.0
package io.serin.rollout.fact;

/**
 * A proxy as its control plane sees it.
 *
 * @param waitingFor what it was sent and has not taken; empty when it holds the latest of all
 */
public record ProxyState(String waitingFor) {

    public boolean isSynced() {
        return waitingFor.isEmpty();
    }
}
