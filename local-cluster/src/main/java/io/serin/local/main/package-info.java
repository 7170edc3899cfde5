// SPDX-License-Identifier: Apache-2.0
/** The program: what it needs of the machine is checked, the parts are put together and run. */
@NullMarked
package io.serin.local.main;

import org.jspecify.annotations.NullMarked;
