// SPDX-License-Identifier: Apache-2.0
/** Who is measured, and how each is started. */
@NullMarked
package io.serin.bench.contender;

import org.jspecify.annotations.NullMarked;
