// SPDX-License-Identifier: Apache-2.0
/** Load that does not wait for those it measures, and what came of it. */
@NullMarked
package io.serin.bench.load;

import org.jspecify.annotations.NullMarked;
