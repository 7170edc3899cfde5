// SPDX-License-Identifier: Apache-2.0
/**
 * Starts and ends the local cluster, a process of its own built from this tree: what it needs of
 * the machine, its namespaces, and the way from a port of this machine to its API.
 */
@NullMarked
package io.serin.cli.local;

import org.jspecify.annotations.NullMarked;
