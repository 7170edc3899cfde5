// SPDX-License-Identifier: Apache-2.0
/**
 * What the proxy holds, and what of it is served. {@code config.client} brings each response to the
 * {@link io.serin.proxy.config.store.ConfigStore}; the store decodes it whole or refuses it whole,
 * keeps back what is not yet complete ({@link io.serin.proxy.config.store.Warming}), and publishes
 * a {@link io.serin.api.snapshot.ProxySnapshot} to {@code config.watch}, where the request path
 * reads it.
 */
@NullMarked
package io.serin.proxy.config.store;

import org.jspecify.annotations.NullMarked;
