// SPDX-License-Identifier: Apache-2.0
/**
 * The control plane: {@code source}, {@code index}, {@code translate}, {@code snapshot}, {@code
 * serve}.
 */
@NullMarked
package io.serin.control;

import org.jspecify.annotations.NullMarked;
