// SPDX-License-Identifier: Apache-2.0
/**
 * Keeps a channel, which is a tag, on the newest of its revisions, and has the pods that it binds
 * follow; and brings all back where they do not do well there.
 */
@NullMarked
package io.serin.rollout.channel;

import org.jspecify.annotations.NullMarked;
