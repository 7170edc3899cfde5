// SPDX-License-Identifier: Apache-2.0
package io.serin.cli.demo;

import io.serin.cli.client.CliFault;
import io.serin.cli.client.Pause;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Supplier;

/** Waits for conditions, and tells what is missing meanwhile. */
record Waits(Narrator narrator) {

    static final Duration PATIENCE = Duration.ofSeconds(150);

    /**
     * @param missing why it is not there yet; empty when it is
     * @throws CliFault with the last reason when it has not come in time
     */
    void until(String what, Supplier<Optional<String>> missing) {
        Instant end = Instant.now().plus(PATIENCE);
        for (Optional<String> reason = missing.get(); reason.isPresent(); reason = missing.get()) {
            narrator.waiting(what + ": " + reason.get());
            if (Instant.now().isAfter(end)) {
                throw CliFault.failed(
                        "waited " + PATIENCE.toSeconds() + " s for " + what + ": " + reason.get(),
                        "look at it: kubectl get pods -A");
            }
            Pause.briefly();
        }
    }
}
