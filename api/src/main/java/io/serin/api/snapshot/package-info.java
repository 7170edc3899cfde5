// SPDX-License-Identifier: Apache-2.0
/**
 * All that one proxy is told: listeners, route tables, clusters, endpoints. Made by the control
 * plane's {@code translate}, read by the proxy's {@code config.store}; {@code codec} stands
 * between.
 */
@NullMarked
package io.serin.api.snapshot;

import org.jspecify.annotations.NullMarked;
