// SPDX-License-Identifier: Apache-2.0
/**
 * The process: {@link io.serin.proxy.main.ProxyMain} knows its subcommands, how it ends, and how it
 * logs. What a running proxy consists of is in {@code main.sidecar}.
 */
@NullMarked
package io.serin.proxy.main;

import org.jspecify.annotations.NullMarked;
