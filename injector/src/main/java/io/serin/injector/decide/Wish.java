// SPDX-License-Identifier: Apache-2.0
package io.serin.injector.decide;

import com.fasterxml.jackson.databind.JsonNode;
import io.serin.api.contract.Labels;
import java.util.List;

/** What a pod itself says about a sidecar: the label, or else the annotation of that name. */
enum Wish {
    YES,
    NO,
    NONE;

    static Wish of(JsonNode pod, List<String> warnings) {
        JsonNode label = pod.path("metadata").path("labels").path(Labels.INJECT);
        JsonNode annotation = pod.path("metadata").path("annotations").path(Labels.INJECT);
        if (!annotation.isMissingNode()) {
            warnings.add(
                    label.isMissingNode() || label.asText().equals(annotation.asText())
                            ? "annotation "
                                    + Labels.INJECT
                                    + " is deprecated: use the label of that name"
                            : "annotation "
                                    + Labels.INJECT
                                    + " is '"
                                    + annotation.asText()
                                    + "', but the label of that name is '"
                                    + label.asText()
                                    + "', which wins");
        }
        String value = (label.isMissingNode() ? annotation : label).asText("");
        return switch (value) {
            case "true" -> YES;
            case "false" -> NO;
            case "" -> NONE;
            default -> {
                warnings.add(
                        Labels.INJECT
                                + " is '"
                                + value
                                + "' (expected: true or false), taken as if it were not there");
                yield NONE;
            }
        };
    }
}
