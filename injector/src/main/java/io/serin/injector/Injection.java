// SPDX-License-Identifier: Apache-2.0
package io.serin.injector;

import com.fasterxml.jackson.databind.JsonNode;
import io.serin.injector.decide.Refusal;
import java.util.List;

/** What becomes of a pod. */
public sealed interface Injection {

    /**
     * It gets a sidecar.
     *
     * @param pod the whole pod, sidecar and all
     * @param warnings shown to whoever makes the pod
     */
    record Injected(JsonNode pod, List<String> warnings) implements Injection {
        public Injected {
            warnings = List.copyOf(warnings);
        }
    }

    /**
     * It stays as it is.
     *
     * @param reason for people and logs
     * @param warnings shown to whoever makes the pod
     */
    record Skipped(String reason, List<String> warnings) implements Injection {
        public Skipped {
            warnings = List.copyOf(warnings);
        }
    }

    /** It is not to be made as it is: it would not be what it asks to be. */
    record Refused(Refusal refusal) implements Injection {}
}
