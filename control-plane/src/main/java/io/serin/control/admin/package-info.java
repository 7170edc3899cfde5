// SPDX-License-Identifier: Apache-2.0
/**
 * What a person or a probe asks the control plane: whether it is ready, which proxies hold what,
 * and its metrics. Stands beside the path and changes nothing on it.
 */
@NullMarked
package io.serin.control.admin;

import org.jspecify.annotations.NullMarked;
