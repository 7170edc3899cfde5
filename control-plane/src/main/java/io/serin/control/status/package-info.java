// SPDX-License-Identifier: Apache-2.0
/**
 * What is told to those who wrote the objects: statuses of routes, and refusals before they are
 * stored.
 */
@NullMarked
package io.serin.control.status;

import org.jspecify.annotations.NullMarked;
