// SPDX-License-Identifier: Apache-2.0
package io.serin.cli.client;

import java.util.concurrent.TimeUnit;

/** Between two looks at a cluster. Blocks. */
public final class Pause {

    private Pause() {}

    /**
     * Long enough for an API server, short enough for a person.
     *
     * @throws CliFault when the thread is interrupted
     */
    public static void briefly() {
        try {
            TimeUnit.MILLISECONDS.sleep(300);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw CliFault.failed("interrupted", "");
        }
    }
}
