// SPDX-License-Identifier: Apache-2.0
/** Objects, their versions, and who watches them. */
@NullMarked
package io.serin.local.store;

import org.jspecify.annotations.NullMarked;
