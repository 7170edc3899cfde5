// SPDX-License-Identifier: Apache-2.0
/** The inner parts by themselves, measured by JMH; {@code bench/jmh} runs them. */
@NullMarked
package io.serin.bench.inner;

import org.jspecify.annotations.NullMarked;
