// SPDX-License-Identifier: Apache-2.0
/**
 * The redirect step's arguments, from the annotations that {@code decide} found good; they go into
 * {@code template}. Main type: {@link io.serin.injector.redirect.RedirectArguments}.
 */
@NullMarked
package io.serin.injector.redirect;

import org.jspecify.annotations.NullMarked;
