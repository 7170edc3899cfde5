// SPDX-License-Identifier: Apache-2.0
/**
 * Who this proxy is: a key of its own, a certificate for it that the control plane signs, renewed
 * in time, and the mesh's roots.
 */
@NullMarked
package io.serin.proxy.identity;

import org.jspecify.annotations.NullMarked;
