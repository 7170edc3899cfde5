// SPDX-License-Identifier: Apache-2.0
/**
 * What the mesh means, in records that both planes share: {@code name}, {@code backend}, {@code
 * route}, {@code snapshot}; and its wire: {@code codec} to xDS and back, {@code discovery} for the
 * conversation. Knows no I/O.
 */
@NullMarked
package io.serin.api;

import org.jspecify.annotations.NullMarked;
