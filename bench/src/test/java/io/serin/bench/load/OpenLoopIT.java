// SPDX-License-Identifier: Apache-2.0
package io.serin.bench.load;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class OpenLoopIT {

    private static final int RATE = 500;
    private static final Duration DURATION = Duration.ofMillis(1600);
    private static final Duration SHORT = Duration.ofSeconds(2);

    /** A busy machine is no failure. */
    private static final Duration LONG = Duration.ofSeconds(60);

    private static final Duration STALL = Duration.ofMillis(800);

    /**
     * A stall of 800 ms in 1 600 ms of load: half of the requests are due in it, and those who send
     * one at a time see it once on each connection. The first is what a user sees; measuring from
     * when a request was sent, as a closed loop does, this test fails.
     */
    @Test
    void countsTheWaitOfAllThatAreDueWhileTheServerStalls() throws Exception {
        try (StallingServer server = new StallingServer(100, STALL)) {
            Latencies latencies = run(server, LONG);

            assertThat(latencies.failed()).isZero();
            assertThat(latencies.answered()).isEqualTo(800);
            // Due evenly over the stall, so they have waited from 0 to 800 ms.
            assertThat(latencies.micros(90)).isGreaterThan(400_000);
            // A closed loop: not even one request in ten has met the stall.
            assertThat(latencies.fromSent().getValueAtPercentile(90) / 1e3)
                    .isLessThan(latencies.micros(90) / 3);
        }
    }

    /** Else a proxy would look better the more requests it never answers. */
    @Test
    void countsWhatIsNeverAnsweredAsFailedAndLate() throws Exception {
        try (StallingServer server = new StallingServer(100, Duration.ofMinutes(1))) {
            Latencies latencies = run(server, SHORT);

            assertThat(latencies.answered()).isEqualTo(100);
            assertThat(latencies.failed()).isEqualTo(700);
            assertThat(latencies.fromDue().getTotalCount()).isEqualTo(800);
            assertThat(latencies.micros(50)).isGreaterThan(2_000_000);
        }
    }

    @Test
    void countsOtherStatusesAsFailed() throws Exception {
        try (StallingServer server = new StallingServer(Integer.MAX_VALUE, STALL, "503 Busy")) {
            Latencies latencies = run(server, LONG);

            assertThat(latencies.answered()).isZero();
            assertThat(latencies.failed()).isEqualTo(800);
        }
    }

    @Test
    void saysThatNobodyListens() throws Exception {
        StallingServer server = new StallingServer(1, STALL);
        InetSocketAddress address = server.address();
        server.close();
        try (OpenLoop loop = new OpenLoop()) {
            assertThat(
                            org.assertj.core.api.Assertions.catchThrowable(
                                    () -> loop.prepare(load(address, SHORT))))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("refuses connections");
        }
    }

    private static Latencies run(StallingServer server, Duration patience) throws Exception {
        try (OpenLoop loop = new OpenLoop();
                OpenLoop.Prepared prepared = loop.prepare(load(server.address(), patience))) {
            return prepared.run();
        }
    }

    private static OpenLoop.Load load(InetSocketAddress to, Duration patience) {
        return new OpenLoop.Load(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), to.getPort()),
                "GET / HTTP/1.1\r\nhost: a\r\n\r\n",
                RATE,
                2,
                DURATION,
                patience);
    }
}
