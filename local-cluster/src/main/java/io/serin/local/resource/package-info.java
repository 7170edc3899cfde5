// SPDX-License-Identifier: Apache-2.0
/** Which kinds there are, what they default to, and what is valid in them. */
@NullMarked
package io.serin.local.resource;

import org.jspecify.annotations.NullMarked;
