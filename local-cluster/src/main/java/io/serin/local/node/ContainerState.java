// SPDX-License-Identifier: Apache-2.0
package io.serin.local.node;

import java.time.Instant;

/** What a container does, as its status says it. */
sealed interface ContainerState {

    record Waiting(String reason, String message) implements ContainerState {}

    record Running(Instant since) implements ContainerState {}

    /**
     * @param id of the run
     */
    record Terminated(
            int exitCode,
            String reason,
            String message,
            Instant started,
            Instant finished,
            String id)
            implements ContainerState {}
}
