// SPDX-License-Identifier: Apache-2.0
/**
 * User stories against a real cluster, one class for each. They type what a person would type,
 * {@code kubectl} and {@code ./serin}, and watch what a person would watch. The cluster and what
 * all stories share come from {@link io.serin.e2e.stage.Stage}.
 */
@NullMarked
package io.serin.e2e;

import org.jspecify.annotations.NullMarked;
