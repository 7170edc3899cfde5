// SPDX-License-Identifier: Apache-2.0
/**
 * What Serin expects of a Kubernetes, tried on the cluster of the run: the same on kind and on
 * local-cluster, where a difference is local-cluster's bug. Needs no mesh.
 */
@NullMarked
package io.serin.e2e.contract;

import org.jspecify.annotations.NullMarked;
