// SPDX-License-Identifier: Apache-2.0
/**
 * What the story of the stock Envoy plays with, without any cluster: the control plane's {@link
 * io.serin.e2e.envoy.ServingPart}, a {@link io.serin.e2e.envoy.NetworkNamespace} in place of a pod,
 * an {@link io.serin.e2e.envoy.Envoy} in it, and {@link io.serin.e2e.envoy.WorkloadServer}s. Needs
 * root.
 */
@NullMarked
package io.serin.e2e.envoy;

import org.jspecify.annotations.NullMarked;
