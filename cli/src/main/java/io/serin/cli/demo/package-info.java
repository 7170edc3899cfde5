// SPDX-License-Identifier: Apache-2.0
/**
 * The story that the demo tells: {@code Story} plays the {@code Scenes}, which act on {@code Shop}
 * and {@code Visitors}. {@code Narrator} tells what happens, as events, to all who show it: {@code
 * Screen} is the terminal.
 */
@NullMarked
package io.serin.cli.demo;

import org.jspecify.annotations.NullMarked;
