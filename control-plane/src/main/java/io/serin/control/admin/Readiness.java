// SPDX-License-Identifier: Apache-2.0
package io.serin.control.admin;

import java.util.List;
import java.util.function.BooleanSupplier;

/** All that has to hold before this control plane may serve, e.g. that its caches are filled. */
public record Readiness(List<Condition> conditions) {

    public Readiness {
        conditions = List.copyOf(conditions);
    }

    /**
     * One of them.
     *
     * @param what as it stands in the answer, e.g. {@code caches are filled}
     * @param holds asked at every probe, on an event loop: must not wait
     */
    public record Condition(String what, BooleanSupplier holds) {}

    /** What doesn't hold yet; empty when ready. */
    public List<String> missing() {
        return conditions.stream()
                .filter(condition -> !condition.holds().getAsBoolean())
                .map(Condition::what)
                .toList();
    }
}
