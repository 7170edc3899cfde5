// SPDX-License-Identifier: Apache-2.0
/** Changes of objects in the cluster, each small and safe to repeat. */
@NullMarked
package io.serin.kube.write;

import org.jspecify.annotations.NullMarked;
