// SPDX-License-Identifier: Apache-2.0
package io.serin.local.api;

import com.fasterxml.jackson.databind.node.ObjectNode;

/** What became of an object. */
public record WatchEvent(Type type, ObjectNode object) {

    public enum Type {
        ADDED,
        MODIFIED,
        DELETED
    }
}
