// SPDX-License-Identifier: Apache-2.0
/** What the commands do to and learn from a cluster. */
@NullMarked
package io.serin.cli.client;

import org.jspecify.annotations.NullMarked;
