// SPDX-License-Identifier: Apache-2.0
package io.serin.injector;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.serin.api.name.Revision;
import io.serin.injector.template.TreeTemplate;
import java.util.List;

/** Injectors as the shipped ConfigMap makes them. */
public final class TestInjectors {

    private static final String VALUES =
            """
            {"image": "serin-proxy:0.1.0",
             "imagePullPolicy": "IfNotPresent",
             "resources": {"requests": {"cpu": "100m", "memory": "128Mi"},
                           "limits": {"cpu": "2", "memory": "1Gi"}}}
            """;

    private TestInjectors() {}

    public static Injector of(String revision) {
        return of(revision, TreeTemplate.parseYaml("{}").getFirst());
    }

    /**
     * @param changes to the shipped configuration, field by field
     */
    static Injector of(String revision, JsonNode changes) {
        ObjectNode config =
                (ObjectNode) TreeTemplate.parseYaml(InjectorConfig.shippedConfig()).getFirst();
        ObjectNode values = (ObjectNode) TreeTemplate.parseYaml(VALUES).getFirst();
        values.setAll(fields(changes.path("values")));
        for (String field :
                List.of(
                        "policy",
                        "neverInjectSelector",
                        "alwaysInjectSelector",
                        "injectedAnnotations",
                        "aliases",
                        "defaultTemplates")) {
            if (changes.has(field)) {
                config.set(field, changes.path(field));
            }
        }
        config.withObject("/templates").setAll(fields(changes.path("templates")));
        return new Injector(
                InjectorConfig.parse(
                        new Revision(revision),
                        new InjectorConfig.Text(
                                config.toString(),
                                values.toString(),
                                fields(changes.path("mesh")).toString())));
    }

    private static ObjectNode fields(JsonNode changes) {
        return changes.isObject() ? changes.deepCopy() : JsonNodeFactory.instance.objectNode();
    }
}
