// SPDX-License-Identifier: Apache-2.0
/**
 * What the cluster says, as what a proxy is told. Pure: an index and a proxy's identity in,
 * configuration out. Comes after {@code index}, before {@code snapshot}. Main type: {@link
 * io.serin.control.translate.Translation}.
 */
@NullMarked
package io.serin.control.translate;

import org.jspecify.annotations.NullMarked;
