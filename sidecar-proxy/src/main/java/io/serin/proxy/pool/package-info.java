// SPDX-License-Identifier: Apache-2.0
/** Endpoints as one event loop sees them: idle connections, requests in flight, recent failures. */
@NullMarked
package io.serin.proxy.pool;

import org.jspecify.annotations.NullMarked;
