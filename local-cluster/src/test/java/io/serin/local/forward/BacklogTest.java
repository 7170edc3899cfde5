// SPDX-License-Identifier: Apache-2.0
package io.serin.local.forward;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class BacklogTest {

    private final AtomicInteger relieved = new AtomicInteger();
    private final Backlog backlog = new Backlog(relieved::incrementAndGet);

    @Test
    void isRelievedOnceForEachTimeThatItWasFull() throws InterruptedException {
        backlog.add(new byte[Backlog.LIMIT]);
        assertThat(backlog.full()).isFalse();
        backlog.add(new byte[1]);
        backlog.add(new byte[1]);
        assertThat(backlog.full()).isTrue();

        assertThat(backlog.take()).hasSize(Backlog.LIMIT);
        assertThat(backlog.full()).isFalse();
        assertThat(backlog.take()).hasSize(1);
        assertThat(relieved).hasValue(1);
    }

    @Test
    void endsAfterWhatWasAddedBefore() throws InterruptedException {
        backlog.add(new byte[2]);
        backlog.end();
        backlog.add(new byte[3]);

        assertThat(backlog.take()).hasSize(2);
        assertThat(backlog.take()).isEmpty();
    }

    @Test
    void whatNobodyWillTakeHoldsNobodyUp() throws InterruptedException {
        backlog.add(new byte[Backlog.LIMIT + 1]);
        backlog.discard();

        assertThat(backlog.full()).isFalse();
        assertThat(relieved).hasValue(1);
        assertThat(backlog.take()).isEmpty();
    }
}
