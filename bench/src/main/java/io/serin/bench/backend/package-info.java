// SPDX-License-Identifier: Apache-2.0
/** What stands behind every proxy: as cheap as can be, and the same for all. */
@NullMarked
package io.serin.bench.backend;

import org.jspecify.annotations.NullMarked;
