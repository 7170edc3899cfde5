// SPDX-License-Identifier: Apache-2.0
/**
 * What the mesh costs and how fast it is, on the stage that the stories are played on: {@link
 * io.serin.e2e.measure.Measurements}, run by {@code e2e/measure}.
 */
@NullMarked
package io.serin.e2e.measure;

import org.jspecify.annotations.NullMarked;
