// SPDX-License-Identifier: Apache-2.0
/** The redirect step's arguments, from a pod's annotations. */
@NullMarked
package io.serin.injector.redirect;

import org.jspecify.annotations.NullMarked;
