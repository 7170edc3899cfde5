// SPDX-License-Identifier: Apache-2.0
package io.serin.local;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.yaml.snakeyaml.Yaml;

/** JSON as people write it: YAML. */
public final class Json {

    private static final ObjectMapper JSON = new ObjectMapper();

    private Json() {}

    public static JsonNode node(String yaml) {
        return JSON.valueToTree(new Yaml().<Object>load(yaml));
    }

    public static ObjectNode object(String yaml) {
        return (ObjectNode) node(yaml);
    }
}
