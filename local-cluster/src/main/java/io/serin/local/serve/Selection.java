// SPDX-License-Identifier: Apache-2.0
package io.serin.local.serve;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.serin.local.resource.FieldSelector;
import io.serin.local.resource.Kind;
import io.serin.local.resource.LabelSelector;

/**
 * Which objects of a kind a request is about.
 *
 * @param namespace empty for all
 * @param name empty for all
 */
record Selection(String namespace, String name, LabelSelector labels, FieldSelector fields) {

    static Selection of(Exchange exchange, Kind kind, RequestPath path) {
        return new Selection(
                path.namespace(),
                path.name(),
                LabelSelector.parse(exchange.parameter("labelSelector").orElse("")),
                FieldSelector.parse(kind, exchange.parameter("fieldSelector").orElse("")));
    }

    boolean matches(ObjectNode object) {
        return (namespace.isEmpty()
                        || object.path("metadata").path("namespace").asText().equals(namespace))
                && (name.isEmpty() || object.path("metadata").path("name").asText().equals(name))
                && labels.matches(object.path("metadata").path("labels"))
                && fields.matches(object);
    }
}
