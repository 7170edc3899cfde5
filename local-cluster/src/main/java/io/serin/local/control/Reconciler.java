// SPDX-License-Identifier: Apache-2.0
package io.serin.local.control;

import java.time.Duration;
import java.util.Optional;

/**
 * Brings one object to what its spec says. Idempotent: it looks at what is, not at what happened.
 */
@FunctionalInterface
interface Reconciler {

    /**
     * Called for one key at a time, for several keys at once. May block. An exception means: again,
     * later.
     *
     * @return when to look again even if nothing changes
     */
    Optional<Duration> reconcile(Key key);
}
