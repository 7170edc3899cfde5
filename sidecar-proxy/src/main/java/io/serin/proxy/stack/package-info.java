// SPDX-License-Identifier: Apache-2.0
/**
 * An HTTP exchange between a downstream and an upstream connection, the same in both directions:
 * {@code Dispatcher} says where it goes, {@code Exchange} sees it through.
 */
@NullMarked
package io.serin.proxy.stack;

import org.jspecify.annotations.NullMarked;
