// SPDX-License-Identifier: Apache-2.0
/**
 * All that the proxy is told from outside, read once at the start: the environment that the
 * injector writes ({@link io.serin.proxy.settings.Variable}) and the pod's labels become {@link
 * io.serin.proxy.settings.ProxySettings}. Nothing else in the proxy looks at the environment.
 */
@NullMarked
package io.serin.proxy.settings;

import org.jspecify.annotations.NullMarked;
