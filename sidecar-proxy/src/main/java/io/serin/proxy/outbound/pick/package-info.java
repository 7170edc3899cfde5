// SPDX-License-Identifier: Apache-2.0
/** Endpoints for one request, each tried once. */
@NullMarked
package io.serin.proxy.outbound.pick;

import org.jspecify.annotations.NullMarked;
