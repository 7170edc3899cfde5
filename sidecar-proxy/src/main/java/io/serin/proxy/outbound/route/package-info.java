// SPDX-License-Identifier: Apache-2.0
/** The latest configuration as flat tables, and the match of a request in them. */
@NullMarked
package io.serin.proxy.outbound.route;

import org.jspecify.annotations.NullMarked;
