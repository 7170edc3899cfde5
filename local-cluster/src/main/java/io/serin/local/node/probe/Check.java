// SPDX-License-Identifier: Apache-2.0
package io.serin.local.node.probe;

import java.time.Duration;

/** One question to a container: by HTTP, by connecting, or by a command in it. */
@FunctionalInterface
public interface Check {

    /** The answer, after {@code timeout} at the latest. Blocks. */
    Outcome ask(Duration timeout);

    /**
     * @param message why not, as the event says it; what came back where it succeeded
     */
    record Outcome(boolean success, String message) {}
}
