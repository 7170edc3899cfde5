// SPDX-License-Identifier: Apache-2.0
package io.serin.cli.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class InterruptionTest {

    @Test
    void theProgramStaysUntilWhatIsInterruptedHasBeenLeft() throws InterruptedException {
        Thread atExit;
        try (Interruption interruption = Interruption.ofThisThread()) {
            atExit = interruption.atExit();
            atExit.start();

            assertThatThrownBy(() -> Thread.sleep(10_000)).isInstanceOf(InterruptedException.class);
            assertThat(atExit.isAlive()).isTrue();
        }
        atExit.join(10_000);
        assertThat(atExit.isAlive()).isFalse();
    }
}
