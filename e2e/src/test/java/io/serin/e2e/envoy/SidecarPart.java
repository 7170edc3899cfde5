// SPDX-License-Identifier: Apache-2.0
package io.serin.e2e.envoy;

import static org.assertj.core.api.Assertions.assertThat;

import io.serin.proxy.main.sidecar.Sidecar;
import io.serin.proxy.settings.ProxySettings;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** A whole sidecar in this process. */
public record SidecarPart(Sidecar sidecar, CountDownLatch ready) implements AutoCloseable {

    public static SidecarPart start(
            ProxySettings settings, Sidecar.Ports listens, Sidecar.Destinations destinations) {
        CountDownLatch ready = new CountDownLatch(1);
        return new SidecarPart(
                Sidecar.start(
                        settings,
                        listens,
                        destinations,
                        new Sidecar.Events(
                                ready::countDown,
                                cause -> {
                                    throw new AssertionError(cause);
                                },
                                () -> {}),
                        Clock.systemUTC(),
                        Instant.now()),
                ready);
    }

    /** Until it has its configuration. */
    public void awaitReady() throws InterruptedException {
        assertThat(ready.await(20, TimeUnit.SECONDS)).isTrue();
    }

    @Override
    public void close() {
        var _ = sidecar.stop(Duration.ZERO).join();
        sidecar.close();
    }
}
