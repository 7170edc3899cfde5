// SPDX-License-Identifier: Apache-2.0
/**
 * Where stories are played: a {@link io.serin.e2e.cluster.Cluster}, made for the run or given.
 * Comes before {@code stage}.
 */
@NullMarked
package io.serin.e2e.cluster;

import org.jspecify.annotations.NullMarked;
