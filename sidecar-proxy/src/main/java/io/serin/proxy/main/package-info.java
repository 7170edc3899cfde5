// SPDX-License-Identifier: Apache-2.0
/**
 * The process: {@link io.serin.proxy.main.ProxyMain} knows its subcommands, {@link
 * io.serin.proxy.main.Sidecar} puts the proxy together and takes it apart again.
 */
@NullMarked
package io.serin.proxy.main;

import org.jspecify.annotations.NullMarked;
