// SPDX-License-Identifier: Apache-2.0
package io.serin.proxy.balance;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.DefaultEventLoop;
import io.serin.api.backend.Workload;
import io.serin.proxy.pool.Pooled;
import io.serin.proxy.pool.UpstreamHost;
import io.serin.proxy.pool.Upstreams;
import io.serin.proxy.telemetry.Labels;
import io.serin.proxy.telemetry.LoopMeter;
import io.serin.proxy.transport.Loops;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TwoChoicesTest {

    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    private final DefaultEventLoop loop = new DefaultEventLoop();
    private final Loops loops = new Loops(1);
    private final Upstreams<Pooled> upstreams =
            new Upstreams<>(loop, loops, Duration.ofSeconds(30));
    private final LoopMeter meter = new LoopMeter();
    private final TwoChoices choice = new TwoChoices(new SplittableRandom(7));

    @AfterEach
    void stop() {
        var _ = loop.shutdownGracefully(0, 1, TimeUnit.SECONDS);
        loops.close();
    }

    // The array is ours and holds nothing else.
    @SuppressWarnings({"unchecked", "rawtypes"})
    private UpstreamHost<Pooled>[] hosts(int count) {
        UpstreamHost<Pooled>[] hosts = new UpstreamHost[count];
        for (int i = 0; i < count; i++) {
            InetSocketAddress address = new InetSocketAddress("10.0.0." + (i + 1), 80);
            hosts[i] =
                    upstreams.host(
                            address,
                            address,
                            null,
                            Duration.ofSeconds(1),
                            Optional::empty,
                            () ->
                                    meter.of(
                                            new Labels(
                                                    Labels.Reporter.SOURCE,
                                                    Workload.NOT_KNOWN,
                                                    Workload.NOT_KNOWN,
                                                    "")));
        }
        return hosts;
    }

    @Test
    void spreadsRequestsThatStayNearlyEvenly() {
        UpstreamHost<Pooled>[] hosts = hosts(10);
        for (int i = 0; i < 1000; i++) {
            UpstreamHost<Pooled> picked = choice.pick(hosts, List.of(), 0);
            assertThat(picked).isNotNull();
            if (picked != null) {
                picked.begin();
            }
        }
        for (UpstreamHost<Pooled> host : hosts) {
            assertThat(host.inFlight()).isBetween(95, 105);
        }
    }

    @Test
    void neverTakesOneThatWasTried() {
        UpstreamHost<Pooled>[] hosts = hosts(3);
        for (int i = 0; i < 100; i++) {
            assertThat(choice.pick(hosts, List.of(hosts[0], hosts[2]), 0)).isSameAs(hosts[1]);
        }
        assertThat(choice.pick(hosts, List.of(hosts), 0)).isNull();
        assertThat(choice.pick(hosts(0), List.of(), 0)).isNull();
    }

    @Test
    void avoidsOneThatFailedForASecondUnlessNoOtherIsLeft() {
        UpstreamHost<Pooled>[] hosts = hosts(2);
        long now = loop.ticker().nanoTime();
        hosts[0].avoid();
        for (int i = 0; i < 100; i++) {
            assertThat(choice.pick(hosts, List.of(), now + SECOND - 1)).isSameAs(hosts[1]);
        }
        assertThat(choice.pick(hosts, List.of(hosts[1]), now + SECOND - 1)).isSameAs(hosts[0]);
        hosts[1].begin();
        assertThat(choice.pick(hosts, List.of(), now + 2 * SECOND)).isSameAs(hosts[0]);
    }
}
