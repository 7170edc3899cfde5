// SPDX-License-Identifier: Apache-2.0
/** Where requests can go: clusters, their endpoints, and the workloads behind them. */
@NullMarked
package io.serin.api.backend;

import org.jspecify.annotations.NullMarked;
