// SPDX-License-Identifier: Apache-2.0
package io.serin.proxy.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.DefaultEventLoop;
import io.serin.api.backend.Workload;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TelemetryTest {

    private static final Labels EDGE =
            new Labels(
                    Labels.Reporter.SOURCE,
                    new Workload("shop", "web", "web", "v1"),
                    new Workload("store", "reviews-v2", "reviews", "v\"2"),
                    "reviews.store.svc.cluster.local");

    private final DefaultEventLoop one = new DefaultEventLoop();
    private final DefaultEventLoop two = new DefaultEventLoop();
    private final Telemetry telemetry = new Telemetry();

    @AfterEach
    void stop() {
        var _ = one.shutdownGracefully(0, 1, TimeUnit.SECONDS);
        var _ = two.shutdownGracefully(0, 1, TimeUnit.SECONDS);
    }

    private void on(DefaultEventLoop loop, LoopMeter meter, Runnable counts) {
        assertThat(meter).isNotNull();
        loop.submit(counts).syncUninterruptibly();
    }

    @Test
    void addsUpWhatTheLoopsCounted() {
        LoopMeter first = telemetry.meterOf(one);
        LoopMeter second = telemetry.meterOf(two);
        on(one, first, () -> first.of(EDGE).request(200, "-", 1_500_000));
        on(one, first, () -> first.of(EDGE).request(503, "UH", 100));
        on(two, second, () -> second.of(EDGE).request(200, "-", 700_000_000));
        assertThat(telemetry.prometheusText())
                .contains("response_code=\"200\",response_flags=\"-\"} 2\n")
                .contains("response_code=\"503\",response_flags=\"UH\"} 1\n")
                .contains("response_code=\"200\",response_flags=\"-\",le=\"1.0\"} 0\n")
                .contains("response_code=\"200\",response_flags=\"-\",le=\"2.0\"} 1\n")
                .contains("response_code=\"200\",response_flags=\"-\",le=\"1000.0\"} 2\n")
                .contains("response_code=\"200\",response_flags=\"-\"} 701.5\n");
    }

    @Test
    void leavesOutALoopThatHasStopped() {
        LoopMeter meter = telemetry.meterOf(one);
        on(one, meter, () -> meter.of(EDGE).request(200, "-", 1));
        one.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
        assertThat(telemetry.prometheusText()).doesNotContain("response_code=\"200\"");
    }
}
