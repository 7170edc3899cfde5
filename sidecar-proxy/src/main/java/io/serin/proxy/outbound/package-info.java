// SPDX-License-Identifier: Apache-2.0
/**
 * From the application to the mesh; {@link io.serin.proxy.outbound.Outbound} sees every stage and
 * decides nothing.
 */
@NullMarked
package io.serin.proxy.outbound;

import org.jspecify.annotations.NullMarked;
