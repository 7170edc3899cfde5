// SPDX-License-Identifier: Apache-2.0
/**
 * A sidecar that answers questions for names, as a control plane tells it, all of it in this
 * process.
 */
@NullMarked
package io.serin.e2e.names;

import org.jspecify.annotations.NullMarked;
