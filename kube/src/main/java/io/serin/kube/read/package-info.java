// SPDX-License-Identifier: Apache-2.0
/** Looks at the cluster, once and for a person. */
@NullMarked
package io.serin.kube.read;

import org.jspecify.annotations.NullMarked;
