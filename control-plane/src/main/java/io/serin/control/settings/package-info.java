// SPDX-License-Identifier: Apache-2.0
/** All that the environment says, in one place. */
@NullMarked
package io.serin.control.settings;

import org.jspecify.annotations.NullMarked;
