// SPDX-License-Identifier: Apache-2.0
package io.serin.control.index;

/**
 * A new index, which replaces the one before.
 *
 * @param removal whether an endpoint went away or stopped being ready since the index before: such
 *     a change is sent at once, everything else waits for its neighbours
 */
public record IndexChange(MeshIndex index, boolean removal) {}
