// SPDX-License-Identifier: Apache-2.0
/** Lists, then follows: after a break from where it was, after a long one from the start. */
@NullMarked
package io.serin.kube.watch;

import org.jspecify.annotations.NullMarked;
