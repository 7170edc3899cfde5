// SPDX-License-Identifier: Apache-2.0
package io.serin.injector.decide;

import java.util.List;

/** Whether a pod gets a sidecar. */
public sealed interface Decision {

    /** Things that a person should be told, shown by kubectl. */
    List<String> warnings();

    record Inject(List<String> warnings) implements Decision {
        public Inject {
            warnings = List.copyOf(warnings);
        }
    }

    /**
     * @param reason for people and logs
     */
    record Skip(String reason, List<String> warnings) implements Decision {
        public Skip {
            warnings = List.copyOf(warnings);
        }
    }
}
