// SPDX-License-Identifier: Apache-2.0
/** What a pod's spec says, read for the node: fields, amounts, environment, and what is refused. */
@NullMarked
package io.serin.local.node.spec;

import org.jspecify.annotations.NullMarked;
