// SPDX-License-Identifier: Apache-2.0
/** The story that the demo tells, in scenes. */
@NullMarked
package io.serin.cli.demo;

import org.jspecify.annotations.NullMarked;
