// SPDX-License-Identifier: Apache-2.0
/** Names of things in the mesh: what they may hold is checked once, here, where they are made. */
@NullMarked
package io.serin.api.name;

import org.jspecify.annotations.NullMarked;
