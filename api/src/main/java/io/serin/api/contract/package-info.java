// SPDX-License-Identifier: Apache-2.0
/** The cluster contract, as users of Istio and Cloud Service Mesh know it: labels, ports, names. */
@NullMarked
package io.serin.api.contract;

import org.jspecify.annotations.NullMarked;
