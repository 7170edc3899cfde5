// SPDX-License-Identifier: Apache-2.0
/** Where the program starts. */
@NullMarked
package io.serin.cli.main;

import org.jspecify.annotations.NullMarked;
