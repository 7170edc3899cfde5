// SPDX-License-Identifier: Apache-2.0
/** A container's processes, their output and their end. */
@NullMarked
package io.serin.local.node.process;

import org.jspecify.annotations.NullMarked;
