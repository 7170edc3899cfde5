// SPDX-License-Identifier: Apache-2.0
/**
 * The proxy's end of delta ADS: gets the configuration from the control plane and hands it to
 * {@code config.store}. {@link io.serin.proxy.config.client.ConfigClient} keeps one stream alive
 * for ever; what is said on it is decided by {@code io.serin.api.discovery}. All of it runs on one
 * event loop of its own, so that the request path's loops never wait for a decode.
 */
@NullMarked
package io.serin.proxy.config.client;

import org.jspecify.annotations.NullMarked;
