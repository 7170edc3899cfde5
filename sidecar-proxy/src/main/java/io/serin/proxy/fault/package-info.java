// SPDX-License-Identifier: Apache-2.0
/** What can go wrong, each with a stable code, and the one place where it becomes a response. */
@NullMarked
package io.serin.proxy.fault;

import org.jspecify.annotations.NullMarked;
