// SPDX-License-Identifier: Apache-2.0
/**
 * What the parts of the local cluster say to one another: objects by resource, watches, faults, and
 * what the API server asks of the node.
 */
@NullMarked
package io.serin.local.api;

import org.jspecify.annotations.NullMarked;
