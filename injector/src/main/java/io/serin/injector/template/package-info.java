// SPDX-License-Identifier: Apache-2.0
/** YAML with places to fill in, filled in as a tree, so that a value can never become structure. */
@NullMarked
package io.serin.injector.template;

import org.jspecify.annotations.NullMarked;
