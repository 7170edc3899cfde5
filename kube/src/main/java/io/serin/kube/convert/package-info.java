// SPDX-License-Identifier: Apache-2.0
/** From the client library's objects to {@code type}. Pure. */
@NullMarked
package io.serin.kube.convert;

import org.jspecify.annotations.NullMarked;
