// SPDX-License-Identifier: Apache-2.0
package io.serin.rollout.plan;

import java.util.List;

/** What came of planning. */
public sealed interface Planning {

    record Planned(Plan plan) implements Planning {}

    /** All is where it should be. */
    record NothingToDo(String reason) implements Planning {}

    /** Nothing was or will be changed. */
    record Refused(List<Problem> problems) implements Planning {
        public Refused {
            problems = List.copyOf(problems);
        }
    }

    /**
     * @param remedy what to do about it
     */
    record Problem(String what, String remedy) {}
}
