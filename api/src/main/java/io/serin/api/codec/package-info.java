// SPDX-License-Identifier: Apache-2.0
/**
 * Between the mesh's records and xDS v3 on the wire. What is written here a stock Envoy accepts;
 * what is read here is this much of xDS and no more: the rest is refused by name.
 */
@NullMarked
package io.serin.api.codec;

import org.jspecify.annotations.NullMarked;
