// SPDX-License-Identifier: Apache-2.0
package io.serin.local.node;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Optional;

/**
 * A container at one moment.
 *
 * @param last how the run before this one ended
 * @param started whether its startup probe has succeeded, or it runs and has none
 * @param id of the run; empty before the first
 */
record ContainerView(
        JsonNode spec,
        ContainerState state,
        Optional<ContainerState.Terminated> last,
        boolean ready,
        boolean started,
        int restarts,
        String id) {}
