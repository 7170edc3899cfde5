// SPDX-License-Identifier: Apache-2.0
package io.serin.cli.check;

import com.fasterxml.jackson.databind.JsonNode;
import io.serin.cli.client.Selector;
import io.serin.kube.type.ObjectName;
import java.util.Map;
import java.util.Optional;

/**
 * One entry of a webhook configuration.
 *
 * @param configuration the object that it stands in
 */
record Hook(Item configuration, JsonNode json) {

    private static final String INJECTOR = "sidecar-injector.istio.io";
    private static final int DEFAULT_PORT = 443;

    String name() {
        return json.path("name").asText();
    }

    /** For people. */
    String place() {
        return configuration.name() + ", entry " + name();
    }

    /** Of whose control plane it asks; for a tag its target. */
    String revision() {
        return configuration.revision();
    }

    boolean injects() {
        return name().endsWith(INJECTOR);
    }

    /** Whether the API server asks it about a pod with these labels in a namespace with those. */
    boolean matches(Map<String, String> namespace, Map<String, String> pod) {
        return Selector.of(json.path("namespaceSelector")).selects(namespace)
                && Selector.of(json.path("objectSelector")).selects(pod);
    }

    /** Empty where it names an address outside of the cluster. */
    Optional<ObjectName> service() {
        JsonNode service = json.at("/clientConfig/service");
        return service.isMissingNode()
                ? Optional.empty()
                : Optional.of(
                        new ObjectName(
                                service.path("namespace").asText(), service.path("name").asText()));
    }

    int port() {
        return json.at("/clientConfig/service/port").asInt(DEFAULT_PORT);
    }

    String path() {
        return json.at("/clientConfig/service/path").asText("/");
    }

    /** PEM in base64; empty for none. */
    String caBundle() {
        return json.at("/clientConfig/caBundle").asText("");
    }

    /** The API server's defaults where nothing is said. */
    String text(String field, String otherwise) {
        return json.path(field).asText(otherwise);
    }
}
