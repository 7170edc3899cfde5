// SPDX-License-Identifier: Apache-2.0
package io.serin.local.admission;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.serin.local.api.Resource;
import io.serin.local.resource.Kind;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * What somebody wants to do to an object.
 *
 * @param subresource empty for the object itself
 * @param name empty while it is to be generated
 * @param object as it is to be; empty when it is deleted. Steps that mutate change it in place
 * @param old as it is; empty when it is created
 * @param options the request's, e.g. a {@code CreateOptions}
 * @param user {@code userInfo}
 * @param warnings what the client shall be told
 */
public record Attributes(
        Kind kind,
        String subresource,
        String namespace,
        String name,
        Operation operation,
        Optional<ObjectNode> object,
        Optional<ObjectNode> old,
        ObjectNode options,
        boolean dryRun,
        ObjectNode user,
        Consumer<String> warnings) {

    public enum Operation {
        CREATE,
        UPDATE,
        DELETE,
        CONNECT
    }

    /** The object, or the old one, in a version of its kind: all of them have the same fields. */
    static ObjectNode in(Resource version, ObjectNode object) {
        ObjectNode copy = object.deepCopy();
        copy.put("apiVersion", version.apiVersion());
        return copy;
    }

    /** Its labels, of the object as it is to be; missing where there are none. */
    JsonNode labels() {
        return object.<JsonNode>map(o -> o.path("metadata").path("labels"))
                .orElse(MissingNode.getInstance());
    }

    JsonNode oldLabels() {
        return old.<JsonNode>map(o -> o.path("metadata").path("labels"))
                .orElse(MissingNode.getInstance());
    }
}
