// SPDX-License-Identifier: Apache-2.0
/**
 * The latest configuration to every proxy: aggregated discovery (ADS) over gRPC, state of the world
 * and delta. Comes after {@code snapshot}; after it comes the wire. Never sees Kubernetes. Main
 * type: {@link io.serin.control.serve.AdsVerticle}.
 */
@NullMarked
package io.serin.control.serve;

import org.jspecify.annotations.NullMarked;
