// SPDX-License-Identifier: Apache-2.0
/** The controllers: each brings one kind of object to what its spec says, again and again. */
@NullMarked
package io.serin.local.control;

import org.jspecify.annotations.NullMarked;
