// SPDX-License-Identifier: Apache-2.0
/**
 * AdmissionReview in, JSON Patch out: {@code webhook}, {@code decide}, {@code template}, {@code
 * redirect}, {@code probe}, {@code patch}. Main type: {@link io.serin.injector.Injector}.
 */
@NullMarked
package io.serin.injector;

import org.jspecify.annotations.NullMarked;
