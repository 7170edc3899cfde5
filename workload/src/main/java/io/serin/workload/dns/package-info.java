// SPDX-License-Identifier: Apache-2.0
/** What a program remembers of DNS. */
@NullMarked
package io.serin.workload.dns;

import org.jspecify.annotations.NullMarked;
