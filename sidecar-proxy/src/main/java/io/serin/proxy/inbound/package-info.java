// SPDX-License-Identifier: Apache-2.0
/**
 * From the mesh to the application; {@link io.serin.proxy.inbound.Inbound} sees every stage and
 * decides nothing.
 */
@NullMarked
package io.serin.proxy.inbound;

import org.jspecify.annotations.NullMarked;
