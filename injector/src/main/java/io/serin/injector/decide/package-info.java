// SPDX-License-Identifier: Apache-2.0
/**
 * Whether a pod gets a sidecar, and whether it can have the one it asks for. Comes first, after the
 * webhook; what it finds good is handed to {@code template} and {@code redirect}. Main types:
 * {@link io.serin.injector.decide.Policy}, {@link io.serin.injector.decide.Annotations}, {@link
 * io.serin.injector.decide.Neighbours}; the fault is {@link io.serin.injector.decide.Refusal}.
 */
@NullMarked
package io.serin.injector.decide;

import org.jspecify.annotations.NullMarked;
