// SPDX-License-Identifier: Apache-2.0
package io.serin.kube.read;

/** What was read, or why it could not be. */
public sealed interface Reading<T> {

    record Read<T>(T value) implements Reading<T> {}

    /**
     * @param why in the API server's words
     */
    record Unread<T>(String why) implements Reading<T> {}
}
