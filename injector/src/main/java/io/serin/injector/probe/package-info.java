// SPDX-License-Identifier: Apache-2.0
/**
 * The kubelet's questions to the application, put to the sidecar's agent, which asks in its place.
 * Comes after {@code template}. Main type: {@link io.serin.injector.probe.ProbeRewrite}.
 */
@NullMarked
package io.serin.injector.probe;

import org.jspecify.annotations.NullMarked;
