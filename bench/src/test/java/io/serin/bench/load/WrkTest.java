// SPDX-License-Identifier: Apache-2.0
package io.serin.bench.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import org.junit.jupiter.api.Test;

class WrkTest {

    @Test
    void readsWhatWrkPrints() throws IOException {
        Wrk.Outcome outcome =
                Wrk.Outcome.parse(
                        """
                        Running 1s test @ http://127.0.0.1:18000/reviews/42
                          1 threads and 64 connections
                          Thread Stats   Avg      Stdev     Max   +/- Stdev
                            Latency     1.12ms    1.31ms  20.75ms   96.04%
                            Req/Sec    63.86k     5.47k   70.44k    90.00%
                          63500 requests in 1.01s, 73.60MB read
                        Requests/sec:  62871.29
                        Transfer/sec:     72.87MB
                        """);
        assertThat(outcome).isEqualTo(new Wrk.Outcome(63_500, 1.01, ""));
    }

    @Test
    void readsWhatWrkComplainsOf() throws IOException {
        assertThat(
                        Wrk.Outcome.parse(
                                "  9 requests in 500.00ms, 1MB read\n"
                                        + "  Non-2xx or 3xx responses: 7\n"))
                .isEqualTo(new Wrk.Outcome(9, 0.5, "Non-2xx or 3xx responses: 7"));
        assertThat(
                        Wrk.Outcome.parse(
                                        "  9 requests in 1.00m, 1MB read\n"
                                                + "  Socket errors: connect 0, read 3, write 0, timeout 1\n")
                                .failure())
                .isEqualTo("Socket errors: connect 0, read 3, write 0, timeout 1");
    }

    @Test
    void refusesWhatIsNotWrks() {
        assertThatThrownBy(() -> Wrk.Outcome.parse("unable to connect"))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("unable to connect");
    }
}
