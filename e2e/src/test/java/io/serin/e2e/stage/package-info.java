// SPDX-License-Identifier: Apache-2.0
/**
 * What stories share: the {@link io.serin.e2e.stage.Stage} with a cluster and a first revision, a
 * {@link io.serin.e2e.stage.Scene} of one's own with the namespaces of one story, its {@link
 * io.serin.e2e.stage.Load}. Comes after {@code cluster}, before the stories.
 */
@NullMarked
package io.serin.e2e.stage;

import org.jspecify.annotations.NullMarked;
