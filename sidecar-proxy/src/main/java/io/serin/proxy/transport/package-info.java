// SPDX-License-Identifier: Apache-2.0
/**
 * Sockets: event loops, where a redirected connection was going, and bytes passed on as they are.
 */
@NullMarked
package io.serin.proxy.transport;

import org.jspecify.annotations.NullMarked;
