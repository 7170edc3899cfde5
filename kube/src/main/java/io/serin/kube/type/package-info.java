// SPDX-License-Identifier: Apache-2.0
/** Kubernetes objects, as far as the mesh needs them. */
@NullMarked
package io.serin.kube.type;

import org.jspecify.annotations.NullMarked;
