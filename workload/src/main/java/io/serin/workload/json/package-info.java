// SPDX-License-Identifier: Apache-2.0
/** Just enough JSON to answer and to report in it. */
@NullMarked
package io.serin.workload.json;

import org.jspecify.annotations.NullMarked;
