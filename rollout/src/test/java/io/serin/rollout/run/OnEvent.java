// SPDX-License-Identifier: Apache-2.0
package io.serin.rollout.run;

import java.util.function.Consumer;

/** What a test does while a rollout runs. */
final class OnEvent {

    private OnEvent() {}

    /** Does that whenever an event of this kind is told. */
    static Consumer<RolloutEvent> on(Class<? extends RolloutEvent> kind, Runnable action) {
        return event -> {
            if (kind.isInstance(event)) {
                action.run();
            }
        };
    }
}
