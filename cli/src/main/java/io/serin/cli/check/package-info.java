// SPDX-License-Identifier: Apache-2.0
/**
 * {@code serin check}: {@link io.serin.cli.check.Survey} reads the cluster once into {@link
 * io.serin.cli.check.ClusterFacts}; each {@link io.serin.cli.check.Check} is a pure function from
 * them to a {@link io.serin.cli.check.Finding}; {@link io.serin.cli.check.Checkup} asks them in the
 * order of reading, and {@link io.serin.cli.check.Report} writes what they found.
 */
@NullMarked
package io.serin.cli.check;

import org.jspecify.annotations.NullMarked;
