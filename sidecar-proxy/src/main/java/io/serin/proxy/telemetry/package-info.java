// SPDX-License-Identifier: Apache-2.0
/** Counters per event loop, under Istio's names, read by {@code admin}. */
@NullMarked
package io.serin.proxy.telemetry;

import org.jspecify.annotations.NullMarked;
