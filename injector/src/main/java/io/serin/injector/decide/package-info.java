// SPDX-License-Identifier: Apache-2.0
/** Whether a pod gets a sidecar, and what its annotations may hold. */
@NullMarked
package io.serin.injector.decide;

import org.jspecify.annotations.NullMarked;
