// SPDX-License-Identifier: Apache-2.0
/**
 * The command line: {@code main} starts, {@code command} reads what was typed, {@code client} talks
 * to the cluster, {@code render} answers.
 */
@NullMarked
package io.serin.cli;

import org.jspecify.annotations.NullMarked;
