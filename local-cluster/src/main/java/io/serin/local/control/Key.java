// SPDX-License-Identifier: Apache-2.0
package io.serin.local.control;

import com.fasterxml.jackson.databind.JsonNode;
import io.serin.local.api.Meta;

/**
 * Which object.
 *
 * @param namespace empty for cluster-scoped ones
 */
record Key(String namespace, String name) {

    static Key of(JsonNode object) {
        return new Key(Meta.namespace(object), Meta.name(object));
    }

    @Override
    public String toString() {
        return namespace.isEmpty() ? name : namespace + "/" + name;
    }
}
