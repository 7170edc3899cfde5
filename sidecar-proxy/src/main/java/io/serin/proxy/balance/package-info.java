// SPDX-License-Identifier: Apache-2.0
/** Which of several endpoints gets the next request. */
@NullMarked
package io.serin.proxy.balance;

import org.jspecify.annotations.NullMarked;
