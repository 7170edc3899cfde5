// SPDX-License-Identifier: Apache-2.0
/**
 * The demo's server: an ordinary HTTP program that says who answered, and may ask another server
 * first. It knows nothing of the mesh. Starts at {@link io.serin.workload.server.Server}.
 */
@NullMarked
package io.serin.workload.server;

import org.jspecify.annotations.NullMarked;
