// SPDX-License-Identifier: Apache-2.0
/** Programs that the mesh carries and that know nothing of it. */
@NullMarked
package io.serin.workload;

import org.jspecify.annotations.NullMarked;
