// SPDX-License-Identifier: Apache-2.0
/** Work that waits for others, beside the event loops. */
@NullMarked
package io.serin.control.thread;

import org.jspecify.annotations.NullMarked;
