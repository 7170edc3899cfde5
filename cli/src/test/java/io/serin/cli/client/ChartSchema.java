// SPDX-License-Identifier: Apache-2.0
package io.serin.cli.client;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.serin.injector.template.TreeTemplate;

/** What the injector refuses in one value, as far as a schema can say it, for Helm to refuse. */
final class ChartSchema {

    private static final String TEXTS = "{type: object, additionalProperties: {type: string}}";

    private static final String NAMES =
            "{type: array, minItems: 1, items: {type: string, minLength: 1}}";

    private static final String SELECTORS =
            """
            type: array
            items:
              type: object
              additionalProperties: false
              properties:
                matchLabels: %s
                matchExpressions:
                  type: array
                  items:
                    type: object
                    additionalProperties: false
                    required: [key, operator]
                    properties:
                      key: {type: string, minLength: 1}
                      operator: {enum: [In, NotIn, Exists, DoesNotExist]}
                      values: {type: array, items: {type: string}}
                    if: {properties: {operator: {enum: [In, NotIn]}}}
                    then: {required: [values], properties: {values: {minItems: 1}}}
                    else: {properties: {values: {maxItems: 0}}}
            """
                    .formatted(TEXTS);

    private static final String TEMPLATES =
            """
            type: object
            additionalProperties:
              type: object
              additionalProperties: false
              properties:
                initContainers: &items
                  type: array
                  items: {type: object, required: [name], properties: {name: {type: string}}}
                containers: *items
                volumes: *items
            """;

    private ChartSchema() {}

    static ObjectNode of(InstallValue value) {
        return (ObjectNode)
                TreeTemplate.parseYaml(
                                switch (value) {
                                    case INJECTOR_NEVER, INJECTOR_ALWAYS -> SELECTORS;
                                    case INJECTOR_ANNOTATIONS -> TEXTS;
                                    case INJECTOR_TEMPLATES -> TEMPLATES;
                                    case INJECTOR_DEFAULT_TEMPLATES -> NAMES;
                                    case INJECTOR_ALIASES ->
                                            "{type: object, additionalProperties: " + NAMES + "}";
                                    default ->
                                            throw new IllegalArgumentException(
                                                    value.key() + " is no tree of the injector's");
                                })
                        .getFirst();
    }
}
