// SPDX-License-Identifier: Apache-2.0
/**
 * The assembly: {@link io.serin.proxy.main.sidecar.Sidecar} sees every part of the proxy, in the
 * order in which they start, and does nothing itself.
 */
@NullMarked
package io.serin.proxy.main.sidecar;

import org.jspecify.annotations.NullMarked;
