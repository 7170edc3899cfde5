// SPDX-License-Identifier: Apache-2.0
package io.serin.local.api;

import java.util.Optional;

/**
 * How an object goes.
 *
 * @param gracePeriodSeconds of a pod; empty: what its spec says
 * @param propagation what becomes of what it owns
 */
public record DeleteOptions(Optional<Integer> gracePeriodSeconds, Propagation propagation) {

    /** As kubectl does when nothing is said. */
    public static final DeleteOptions BACKGROUND =
            new DeleteOptions(Optional.empty(), Propagation.BACKGROUND);

    /** At once: what the node does when a pod's processes have ended. */
    public static final DeleteOptions NOW =
            new DeleteOptions(Optional.of(0), Propagation.BACKGROUND);

    public enum Propagation {
        BACKGROUND,
        FOREGROUND,
        ORPHAN
    }
}
