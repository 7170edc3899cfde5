// SPDX-License-Identifier: Apache-2.0
/** The command {@code serin bench}. */
@NullMarked
package io.serin.bench.main;

import org.jspecify.annotations.NullMarked;
