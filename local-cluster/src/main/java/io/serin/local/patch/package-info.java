// SPDX-License-Identifier: Apache-2.0
/** Merge, strategic merge, JSON and apply patches. */
@NullMarked
package io.serin.local.patch;

import org.jspecify.annotations.NullMarked;
