// SPDX-License-Identifier: Apache-2.0
/** The process: puts everything together and decides nothing. */
@NullMarked
package io.serin.control.main;

import org.jspecify.annotations.NullMarked;
