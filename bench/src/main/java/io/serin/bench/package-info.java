// SPDX-License-Identifier: Apache-2.0
/**
 * The sidecar beside other proxies, in one run on one machine. {@code run} leads: it starts what
 * {@code contender} describes, as processes ({@code process}), loads them ({@code load}, and wrk)
 * against {@code backend}, and hands figures to {@code report}.
 */
@NullMarked
package io.serin.bench;

import org.jspecify.annotations.NullMarked;
