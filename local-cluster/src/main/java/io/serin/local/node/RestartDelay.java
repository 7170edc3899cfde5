// SPDX-License-Identifier: Apache-2.0
package io.serin.local.node;

import java.time.Duration;

/**
 * How long a container that ended waits: not at all the first time, then {@code first}, twice as
 * long each time up to {@code most}; from the start again after it has run for {@code forgotten}.
 */
final class RestartDelay {

    /** As in the kubelet. */
    static final Rule KUBELET =
            new Rule(Duration.ofSeconds(10), Duration.ofMinutes(5), Duration.ofMinutes(10));

    record Rule(Duration first, Duration most, Duration forgotten) {}

    private final Rule rule;
    private Duration next = Duration.ZERO;

    RestartDelay(Rule rule) {
        this.rule = rule;
    }

    Duration after(Duration ran) {
        if (ran.compareTo(rule.forgotten()) >= 0) {
            next = Duration.ZERO;
        }
        Duration now = next;
        Duration doubled = now.isZero() ? rule.first() : now.multipliedBy(2);
        next = doubled.compareTo(rule.most()) > 0 ? rule.most() : doubled;
        return now;
    }
}
