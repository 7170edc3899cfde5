// SPDX-License-Identifier: Apache-2.0
package io.serin.injector;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;

/** What becomes of a pod. */
public sealed interface Injection {

    /** Shown to whoever makes the pod. */
    List<String> warnings();

    /**
     * @param pod the whole pod, sidecar and all
     */
    record Injected(JsonNode pod, List<String> warnings) implements Injection {}

    record Skipped(String reason, List<String> warnings) implements Injection {}
}
