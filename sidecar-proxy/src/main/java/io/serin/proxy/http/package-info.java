// SPDX-License-Identifier: Apache-2.0
/**
 * HTTP/1.1 on bytes: heads scanned in place, bodies followed only to know where they end (RFC
 * 9112).
 */
@NullMarked
package io.serin.proxy.http;

import org.jspecify.annotations.NullMarked;
