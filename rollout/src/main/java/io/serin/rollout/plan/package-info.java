// SPDX-License-Identifier: Apache-2.0
/** Facts in, ordered steps out. Pure. */
@NullMarked
package io.serin.rollout.plan;

import org.jspecify.annotations.NullMarked;
