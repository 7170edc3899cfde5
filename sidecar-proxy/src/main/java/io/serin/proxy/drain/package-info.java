// SPDX-License-Identifier: Apache-2.0
/** Going away without losing a request. */
@NullMarked
package io.serin.proxy.drain;

import org.jspecify.annotations.NullMarked;
