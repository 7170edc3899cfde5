// SPDX-License-Identifier: Apache-2.0
/** The sidecar as its image runs it, but for the redirection that no bench needs. */
@NullMarked
package io.serin.bench.sidecar;

import org.jspecify.annotations.NullMarked;
