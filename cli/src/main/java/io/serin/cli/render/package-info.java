// SPDX-License-Identifier: Apache-2.0
/** Answers as tables, JSON or YAML. */
@NullMarked
package io.serin.cli.render;

import org.jspecify.annotations.NullMarked;
