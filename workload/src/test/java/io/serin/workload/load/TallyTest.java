// SPDX-License-Identifier: Apache-2.0
package io.serin.workload.load;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TallyTest {

    private final Tally tally = new Tally();

    @Test
    void forgetsASpanButNotTheWhole() {
        tally.sent(false);
        tally.succeeded(2_000_000, "v1");
        tally.turnOver();
        tally.sent(true);
        tally.sent(false);
        tally.failed(4_000_000, "GET status 503: no");

        Tally.Counts span = tally.turnOver();
        assertThat(span.sent()).isEqualTo(2);
        assertThat(span.succeeded()).isZero();
        assertThat(span.failed()).isEqualTo(1);
        assertThat(span.late()).isEqualTo(1);
        assertThat(span.versions()).isEmpty();
        assertThat(span.lastFailure()).isEqualTo("GET status 503: no");
        assertThat(tally.total().sent()).isEqualTo(3);
        assertThat(tally.total().versions()).isEqualTo(Map.of("v1", 1L));
        assertThat(tally.outstanding()).isEqualTo(1);
    }

    @Test
    void isReportedAsOneLine() {
        tally.sent(false);
        tally.succeeded(2_000_000, "v2");

        String line = Report.second(Instant.EPOCH, 1_000, tally.turnOver(), 0, tally.total());

        assertThat(line)
                .isEqualTo(
                        """
                        {"t":"1970-01-01T00:00:00Z","elapsedMillis":1000,"sent":1,"succeeded":1,\
                        "failed":0,"outstanding":0,"late":0,"p50Millis":2.0,"p99Millis":2.0,\
                        "maxMillis":2.0,"versions":{"v2":1},\
                        "totals":{"sent":1,"succeeded":1,"failed":0},"lastFailure":null}\
                        """);
    }

    @Test
    void endsWithALineAboutTheWhole() {
        tally.sent(false);
        tally.turnOver();

        assertThat(Report.last(Instant.EPOCH, 1_000, 1, tally.total()))
                .startsWith("{\"final\":true,\"t\":")
                .contains("\"sent\":1,\"succeeded\":0,\"failed\":0,\"outstanding\":1");
    }
}
