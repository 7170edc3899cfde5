// SPDX-License-Identifier: Apache-2.0
package io.serin.bench.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class CpusTest {

    @Test
    void givesTheFirstToTheProxyAlone() {
        assertThat(Cpus.of("0-1")).isEqualTo(new Cpus("0", "1", 2));
        assertThat(Cpus.of("2-4,8")).isEqualTo(new Cpus("2", "3,4,8", 4));
    }

    @Test
    void letsAllShareTheOnlyOne() {
        Cpus one = Cpus.of("3");
        assertThat(one).isEqualTo(new Cpus("3", "3", 1));
        assertThat(one.sentence()).contains("nothing is pinned apart");
    }

    @Test
    void takesNanosecondsOfThreadsUnlessOneHasEnded() {
        Proc.Cpu before = new Proc.Cpu(10, Map.of(1L, 5_000_000L, 2L, 7_000_000L), 0);
        Proc.Cpu withOneMore =
                new Proc.Cpu(12, Map.of(1L, 6_000_000L, 2L, 9_000_000L, 3L, 500_000L), 0);
        Proc.Cpu withOneLess = new Proc.Cpu(12, Map.of(1L, 6_000_000L), 0);
        assertThat(withOneMore.nanosSince(before)).isEqualTo(3_500_000);
        assertThat(withOneLess.nanosSince(before)).isEqualTo(20_000_000);
    }
}
