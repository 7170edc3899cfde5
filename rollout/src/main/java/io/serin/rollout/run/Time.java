// SPDX-License-Identifier: Apache-2.0
package io.serin.rollout.run;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CancellationException;

/** The clock, and waiting by it. */
public interface Time {

    Instant now();

    /**
     * @throws CancellationException when the thread is interrupted
     */
    void pass(Duration duration);

    /** The machine's. */
    static Time system() {
        return new Time() {
            @Override
            public Instant now() {
                return Instant.now();
            }

            @Override
            public void pass(Duration duration) {
                try {
                    Thread.sleep(duration);
                } catch (InterruptedException stopped) {
                    Thread.currentThread().interrupt();
                    throw new CancellationException("interrupted");
                }
            }
        };
    }
}
