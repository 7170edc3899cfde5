// SPDX-License-Identifier: Apache-2.0
/** The latest value of something that changes, and word of each change. */
@NullMarked
package io.serin.proxy.config.watch;

import org.jspecify.annotations.NullMarked;
