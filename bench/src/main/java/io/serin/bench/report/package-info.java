// SPDX-License-Identifier: Apache-2.0
/** Figures, and the shapes in which they are shown, kept and compared. */
@NullMarked
package io.serin.bench.report;

import org.jspecify.annotations.NullMarked;
