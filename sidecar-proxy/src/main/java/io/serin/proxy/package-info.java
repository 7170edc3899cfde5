// SPDX-License-Identifier: Apache-2.0
/**
 * The data plane. A request: {@code outbound} (route, pick) or {@code inbound}, through {@code
 * stack}. Configuration: {@code config.client}, {@code config.store}, {@code config.watch}.
 */
@NullMarked
package io.serin.proxy;

import org.jspecify.annotations.NullMarked;
