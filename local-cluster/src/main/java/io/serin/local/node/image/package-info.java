// SPDX-License-Identifier: Apache-2.0
/** An image's name mapped to a folder of this build or to a program of the host. */
@NullMarked
package io.serin.local.node.image;

import org.jspecify.annotations.NullMarked;
