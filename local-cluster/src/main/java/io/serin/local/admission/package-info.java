// SPDX-License-Identifier: Apache-2.0
/** Mutating and validating webhooks, called as Kubernetes calls them. */
@NullMarked
package io.serin.local.admission;

import org.jspecify.annotations.NullMarked;
