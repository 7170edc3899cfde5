// SPDX-License-Identifier: Apache-2.0
/** Names of metrics, their labels, and log fields: one word for one thing everywhere. */
@NullMarked
package io.serin.api.signal;

import org.jspecify.annotations.NullMarked;
