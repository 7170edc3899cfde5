// SPDX-License-Identifier: Apache-2.0
/**
 * Moves running proxies of a namespace to another revision without restarting pods, and shows
 * before what would change for them: {@link io.serin.cli.rehome.LiveUpgrade}, {@link
 * io.serin.cli.rehome.UpgradePlan}. Between {@code command} and {@code client}.
 */
@NullMarked
package io.serin.cli.rehome;

import org.jspecify.annotations.NullMarked;
