// SPDX-License-Identifier: Apache-2.0
package io.serin.control.serve;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.serin.control.index.IndexChange;
import io.serin.control.index.MeshIndex;
import io.serin.control.snapshot.Pacer;
import io.serin.control.snapshot.Publisher;
import io.serin.control.snapshot.Snapshots;
import java.time.Duration;
import java.util.Locale;
import org.junit.jupiter.api.Test;

class PropagationTest {

    private long now;
    private final Publisher publisher =
            new Publisher(
                    new Pacer() {
                        @Override
                        public long nanos() {
                            return now;
                        }

                        @Override
                        public void after(Duration delay, Runnable task) {
                            task.run();
                        }
                    });
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final Propagation propagation = new Propagation(new AdsMetrics(meters, publisher));

    @Test
    void endsWithTheLastProxy() {
        join(1, 2, 3);
        Snapshots one = publish();
        took(1, one, 10);
        took(2, one, 20);
        assertThat(seen("serin_config_propagation_seconds")).isEqualTo("0");
        took(3, one, 300);
        assertThat(seen("serin_config_propagation_seconds")).isEqualTo("1: 0.30");
        assertThat(seen("pilot_proxy_convergence_time")).isEqualTo("3: 0.33");
    }

    @Test
    void countsAConfigurationThatWasSkippedAsTakenWithTheNext() {
        join(1, 2);
        Snapshots one = publish();
        took(1, one, 10);
        now = Duration.ofMillis(100).toNanos();
        Snapshots two = publish();
        took(1, two, 150);
        took(2, two, 500);
        assertThat(seen("serin_config_propagation_seconds")).isEqualTo("2: 0.90");
    }

    @Test
    void doesNotWaitForAProxyThatLeft() {
        join(1, 2);
        Snapshots one = publish();
        took(1, one, 10);
        propagation.left(2, Duration.ofMillis(40).toNanos());
        assertThat(seen("serin_config_propagation_seconds")).isEqualTo("1: 0.04");
    }

    @Test
    void doesNotWaitForAProxyThatCameAfterwards() {
        join(1);
        Snapshots one = publish();
        propagation.joined(2, one.number());
        took(1, one, 10);
        assertThat(seen("serin_config_propagation_seconds")).isEqualTo("1: 0.01");
        took(2, one, 500);
        assertThat(seen("pilot_proxy_convergence_time")).isEqualTo("1: 0.01");
    }

    @Test
    void countsNothingWhereNobodyListens() {
        publish();
        assertThat(seen("serin_config_propagation_seconds")).isEqualTo("0");
    }

    @Test
    void goesOnMeasuringBesideAProxyThatNeverAnswers() {
        join(1, 2);
        for (int i = 0; i < 1_000; i++) {
            took(1, publish(), 10);
        }
        propagation.left(2, now);
        assertThat(meters.get("serin_config_propagation_seconds").summary().count()).isEqualTo(64);
        took(1, publish(), 10);
        assertThat(meters.get("serin_config_propagation_seconds").summary().count()).isEqualTo(65);
    }

    private void join(long... streams) {
        for (long stream : streams) {
            propagation.joined(stream, 0);
        }
    }

    private Snapshots publish() {
        publisher.accept(new IndexChange(MeshIndex.EMPTY, true));
        Snapshots latest = publisher.latest().orElseThrow();
        propagation.published(latest);
        return latest;
    }

    private void took(long stream, Snapshots snapshots, long millis) {
        propagation.took(stream, snapshots, Duration.ofMillis(millis).toNanos());
    }

    private String seen(String name) {
        DistributionSummary summary = meters.get(name).summary();
        return summary.count() == 0
                ? "0"
                : String.format(Locale.ROOT, "%d: %.2f", summary.count(), summary.totalAmount());
    }
}
