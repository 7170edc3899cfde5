// SPDX-License-Identifier: Apache-2.0
/** What makes this control plane one revision among others: its webhooks and their certificate. */
@NullMarked
package io.serin.control.revision;

import org.jspecify.annotations.NullMarked;
