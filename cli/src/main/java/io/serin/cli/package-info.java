// SPDX-License-Identifier: Apache-2.0
/**
 * The command line: {@code main} starts, {@code command} reads what was typed, {@code client} talks
 * to the cluster, {@code render} answers. {@code demo} tells its story in events, which the
 * terminal and {@code page} show.
 */
@NullMarked
package io.serin.cli;

import org.jspecify.annotations.NullMarked;
