// SPDX-License-Identifier: Apache-2.0
/** One run: starts, warm-up, rounds in which all take turns. */
@NullMarked
package io.serin.bench.run;

import org.jspecify.annotations.NullMarked;
