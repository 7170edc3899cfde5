// SPDX-License-Identifier: Apache-2.0
/** Programs that measure; {@code measure-request-path} at the module's root runs them. */
@NullMarked
package io.serin.proxy.bench;

import org.jspecify.annotations.NullMarked;
