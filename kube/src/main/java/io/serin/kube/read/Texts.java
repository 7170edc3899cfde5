// SPDX-License-Identifier: Apache-2.0
package io.serin.kube.read;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import java.util.TreeMap;

/** What of an object is texts by name: its labels, its annotations, the data of a ConfigMap. */
public final class Texts {

    private Texts() {}

    /**
     * By name.
     *
     * @param fields missing for none
     */
    public static Map<String, String> of(JsonNode fields) {
        Map<String, String> texts = new TreeMap<>();
        fields.properties().forEach(field -> texts.put(field.getKey(), field.getValue().asText()));
        return texts;
    }
}
