// SPDX-License-Identifier: Apache-2.0
/** Startup, readiness and liveness probes. */
@NullMarked
package io.serin.local.node.probe;

import org.jspecify.annotations.NullMarked;
