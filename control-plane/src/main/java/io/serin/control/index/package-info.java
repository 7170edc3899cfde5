// SPDX-License-Identifier: Apache-2.0
/**
 * What the cluster says, joined: services, endpoints, workloads, routes. Comes after {@code
 * source}, before {@code translate}. Immutable; made anew, in parts, by one writer. Main type:
 * {@link io.serin.control.index.MeshIndex}.
 */
@NullMarked
package io.serin.control.index;

import org.jspecify.annotations.NullMarked;
