// SPDX-License-Identifier: Apache-2.0
/**
 * Kubernetes at arm's length, and the only place where its client library is seen: {@code watch}
 * and {@code convert} bring objects in as {@code type}, {@code write} sends changes out.
 */
@NullMarked
package io.serin.kube;

import org.jspecify.annotations.NullMarked;
