// SPDX-License-Identifier: Apache-2.0
/**
 * The latest configuration, encoded: each resource under its name with a version made from its
 * bytes, what proxies have in common held once. Comes after {@code translate}, before {@code
 * serve}. Main type: {@link io.serin.control.snapshot.Publisher}.
 */
@NullMarked
package io.serin.control.snapshot;

import org.jspecify.annotations.NullMarked;
