// SPDX-License-Identifier: Apache-2.0
/** A cluster by way of kube. */
@NullMarked
package io.serin.rollout.cluster;

import org.jspecify.annotations.NullMarked;
