// SPDX-License-Identifier: Apache-2.0
package io.serin.local.resource;

import com.fasterxml.jackson.databind.JsonNode;
import io.serin.local.resource.Faults.Cause;
import java.util.ArrayList;
import java.util.List;

/** What must be true of a custom resource definition. */
final class DefinitionRules {

    private DefinitionRules() {}

    static List<Cause> check(JsonNode definition) {
        List<Cause> causes = new ArrayList<>();
        JsonNode spec = definition.path("spec");
        String expected =
                spec.path("names").path("plural").asText() + "." + spec.path("group").asText();
        String name = definition.path("metadata").path("name").asText();
        if (!name.equals(expected)) {
            causes.add(
                    Cause.invalid(
                            "metadata.name", name, "must be spec.names.plural+\".\"+spec.group"));
        }
        for (String field : List.of("kind", "plural")) {
            if (spec.path("names").path(field).asText("").isEmpty()) {
                causes.add(Cause.required("spec.names." + field, ""));
            }
        }
        String scope = spec.path("scope").asText("");
        if (!scope.equals("Namespaced") && !scope.equals("Cluster")) {
            causes.add(Cause.unsupported("spec.scope", scope, List.of("Cluster", "Namespaced")));
        }
        if (!spec.path("conversion").path("strategy").asText("None").equals("None")) {
            causes.add(
                    Cause.forbidden(
                            "spec.conversion.strategy",
                            "local-cluster does not call conversion webhooks (expected: None; use"
                                    + " --cluster kind)"));
        }
        int storage = 0;
        JsonNode versions = spec.path("versions");
        for (int i = 0; i < versions.size(); i++) {
            storage += versions.get(i).path("storage").asBoolean() ? 1 : 0;
            JsonNode schema = versions.get(i).path("schema").path("openAPIV3Schema");
            if (!schema.isObject()) {
                causes.add(
                        Cause.required(
                                "spec.versions[" + i + "].schema.openAPIV3Schema",
                                "schemas are required"));
            } else if (!schema.path("type").asText().equals("object")) {
                causes.add(
                        Cause.invalid(
                                "spec.versions[" + i + "].schema.openAPIV3Schema.type",
                                schema.path("type").asText(),
                                "must be object at the root"));
            }
        }
        if (storage != 1) {
            causes.add(
                    Cause.invalid(
                            "spec.versions",
                            versions,
                            "must have exactly one version marked as storage version"));
        }
        return causes;
    }
}
