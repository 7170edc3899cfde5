// SPDX-License-Identifier: Apache-2.0
/**
 * Moves the workloads of namespaces from one revision to another by restarting them, and back:
 * {@code fact} is what the cluster says, {@code plan} what is to be done, {@code run} does it.
 * {@code channel} has it done by itself whenever a newer revision is there.
 */
@NullMarked
package io.serin.rollout;

import org.jspecify.annotations.NullMarked;
