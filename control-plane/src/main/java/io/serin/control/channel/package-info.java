// SPDX-License-Identifier: Apache-2.0
/**
 * Moves the channel that this revision is of, while this replica is the one of all its revisions'
 * that does. Beside the path; nothing of it is loaded where the revision is of no channel.
 */
@NullMarked
package io.serin.control.channel;

import org.jspecify.annotations.NullMarked;
