// SPDX-License-Identifier: Apache-2.0
/** A container's view of the file system. */
@NullMarked
package io.serin.local.node.mount;

import org.jspecify.annotations.NullMarked;
