// SPDX-License-Identifier: Apache-2.0
/** Ports of a pod, for clients that reach them through a WebSocket of the API. */
@NullMarked
package io.serin.local.forward;

import org.jspecify.annotations.NullMarked;
