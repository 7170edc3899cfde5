// SPDX-License-Identifier: Apache-2.0
/** What the cluster says, and what may be done to it. */
@NullMarked
package io.serin.rollout.fact;

import org.jspecify.annotations.NullMarked;
