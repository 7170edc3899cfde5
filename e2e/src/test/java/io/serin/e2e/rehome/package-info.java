// SPDX-License-Identifier: Apache-2.0
/**
 * Sidecars that move from one control plane to another while requests flow, all of it in this
 * process: the real sidecar, and real control planes from the index on.
 */
@NullMarked
package io.serin.e2e.rehome;

import org.jspecify.annotations.NullMarked;
