// SPDX-License-Identifier: Apache-2.0
/** Processes: how they are started, what they have used. */
@NullMarked
package io.serin.bench.process;

import org.jspecify.annotations.NullMarked;
