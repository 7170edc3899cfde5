// SPDX-License-Identifier: Apache-2.0
package io.serin.control.serve;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class OutboxTest {

    private static final int HALF = (int) (Outbox.MAX_BYTES / 2);

    private final Outbox outbox = new Outbox();
    private final List<String> pushed = new ArrayList<>();

    private final Outbox.Sender a = sender("a", HALF);
    private final Outbox.Sender b = sender("b", HALF);
    private final Outbox.Sender c = sender("c", HALF);
    private final Outbox.Sender d = sender("d", HALF);

    @Test
    void letsThoseWaitForWhomThereIsNoRoomEachOnceAndInOrder() {
        List.of(a, b, c, d, c, c).forEach(outbox::push);
        assertThat(pushed).containsExactly("a", "b");

        outbox.out(HALF);
        assertThat(pushed).containsExactly("a", "b", "c");
        outbox.out(HALF);
        assertThat(pushed).containsExactly("a", "b", "c", "d");
        outbox.out(HALF);
        assertThat(pushed).hasSize(4);
    }

    @Test
    void takesOneThatLeavesOutOfTheLineAndItsBytesWithIt() {
        List.of(a, b, c, d).forEach(outbox::push);

        outbox.forget(c, 0);
        outbox.forget(a, HALF);

        assertThat(pushed).containsExactly("a", "b", "d");
    }

    @Test
    void goesOnWhenASenderHasNothingToSendAfterAll() {
        Outbox.Sender idle = sender("idle", 0);
        List.of(a, b, idle, c).forEach(outbox::push);

        outbox.out(HALF);

        assertThat(pushed).containsExactly("a", "b", "idle", "c");
    }

    private Outbox.Sender sender(String name, int bytes) {
        return () -> {
            pushed.add(name);
            outbox.in(bytes);
        };
    }
}
