// SPDX-License-Identifier: Apache-2.0
/** ConfigMaps, Secrets, emptyDir and projected volumes as folders. */
@NullMarked
package io.serin.local.node.volume;

import org.jspecify.annotations.NullMarked;
