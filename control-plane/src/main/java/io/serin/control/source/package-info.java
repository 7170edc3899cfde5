// SPDX-License-Identifier: Apache-2.0
/** What the cluster says, as events for the one writer of the index. Before {@code index}. */
@NullMarked
package io.serin.control.source;

import org.jspecify.annotations.NullMarked;
