// SPDX-License-Identifier: Apache-2.0
package io.serin.local.control;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.serin.local.api.ClusterApi;
import io.serin.local.api.Resource;
import io.serin.local.api.Resources;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/**
 * All kinds that may have objects just now: those that are built in, and those that are defined.
 */
final class ServedKinds implements Supplier<List<Resource>> {

    private final ClusterApi api;

    ServedKinds(ClusterApi api) {
        this.api = api;
    }

    @Override
    public List<Resource> get() {
        List<Resource> kinds = new ArrayList<>(Resources.ALL);
        for (ObjectNode definition :
                api.list(Resources.CUSTOM_RESOURCE_DEFINITIONS, "", _ -> true)) {
            JsonNode spec = definition.path("spec");
            for (JsonNode version : spec.path("versions")) {
                // One is enough: versions show the same objects.
                if (version.path("storage").asBoolean()) {
                    kinds.add(
                            new Resource(
                                    spec.path("group").asText(),
                                    version.path("name").asText(),
                                    spec.path("names").path("kind").asText(),
                                    spec.path("names").path("plural").asText(),
                                    spec.path("scope").asText().equals("Namespaced")));
                }
            }
        }
        return kinds;
    }
}
