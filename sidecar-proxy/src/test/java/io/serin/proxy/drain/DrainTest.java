// SPDX-License-Identifier: Apache-2.0
package io.serin.proxy.drain;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.embedded.EmbeddedChannel;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class DrainTest {

    private final Drain drain = new Drain();

    /** A Job's pod ends when its sidecar does, and that must not wait for anything. */
    @Test
    void endsAtOnceWhenNothingIsOpen() throws Exception {
        drain.announce();

        assertThat(drain.stop(Duration.ofMinutes(5)).get(2, TimeUnit.SECONDS)).isZero();
    }

    @Test
    void waitsForWhatIsOpenAndNoLonger() throws Exception {
        EmbeddedChannel open = new EmbeddedChannel(drain.tracker());

        CompletableFuture<Integer> stopped = drain.stop(Duration.ofMinutes(5));
        assertThat(stopped).isNotDone();
        var _ = open.close();

        assertThat(stopped.get(2, TimeUnit.SECONDS)).isZero();
    }
}
