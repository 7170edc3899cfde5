// SPDX-License-Identifier: Apache-2.0
/** A pod's network namespace, its address and its way out. */
@NullMarked
package io.serin.local.node.network;

import org.jspecify.annotations.NullMarked;
