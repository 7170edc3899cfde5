// SPDX-License-Identifier: Apache-2.0
/**
 * What each verb does to objects, the same for those who come over HTTP and those in the process:
 * after {@code serve}, before {@code admission} and {@code store}. Main type: {@code Verbs}.
 */
@NullMarked
package io.serin.local.verb;

import org.jspecify.annotations.NullMarked;
