// SPDX-License-Identifier: Apache-2.0
/** What a workload is told: flags first, then the environment, then defaults. */
@NullMarked
package io.serin.workload.options;

import org.jspecify.annotations.NullMarked;
