// SPDX-License-Identifier: Apache-2.0
/**
 * The demo's client: requests at a constant rate, every one of them accounted for.
 *
 * <p>{@link io.serin.workload.load.Pace} says when a request is due, {@link
 * io.serin.workload.load.Shot} sends it over a connection of {@link
 * io.serin.workload.load.Connections}, {@link io.serin.workload.load.Tally} counts how it ended.
 * Starts at {@link io.serin.workload.load.LoadClient}.
 */
@NullMarked
package io.serin.workload.load;

import org.jspecify.annotations.NullMarked;
