// SPDX-License-Identifier: Apache-2.0
/** Which cluster a request goes to: tables, virtual hosts, matches, actions. */
@NullMarked
package io.serin.api.route;

import org.jspecify.annotations.NullMarked;
