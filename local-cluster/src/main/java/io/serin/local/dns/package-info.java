// SPDX-License-Identifier: Apache-2.0
/** Names of Services and of headless pods, over UDP and TCP. */
@NullMarked
package io.serin.local.dns;

import org.jspecify.annotations.NullMarked;
