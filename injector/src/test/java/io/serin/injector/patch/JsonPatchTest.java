// SPDX-License-Identifier: Apache-2.0
package io.serin.injector.patch;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Random;
import org.junit.jupiter.api.Test;

class JsonPatchTest {

    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    @Test
    void makesAnyTreeOfAnyOther() {
        for (long seed = 0; seed < 2000; seed++) {
            Random random = new Random(seed);
            JsonNode before = object(random, 0);
            JsonNode after = random.nextBoolean() ? changed(before, random) : object(random, 0);

            JsonNode patch = JsonPatch.between(before, after);

            assertThat(PatchApplied.to(before, patch))
                    .as("seed %s, patch %s", seed, patch)
                    .isEqualTo(after);
            patch.forEach(operation ->
                    assertThat(operation.path("op").asText()).isIn("add", "remove", "replace"));
        }
    }

    @Test
    void isEmptyForEqualTrees() {
        JsonNode tree = object(new Random(1), 0);

        assertThat(JsonPatch.between(tree, tree.deepCopy())).isEmpty();
    }

    private static JsonNode changed(JsonNode tree, Random random) {
        ObjectNode changed = tree.deepCopy();
        for (int i = 0; i < 3; i++) {
            changed.set("k" + random.nextInt(6), node(random, 1));
        }
        changed.remove("k" + random.nextInt(6));
        return changed;
    }

    private static ObjectNode object(Random random, int depth) {
        ObjectNode object = NODES.objectNode();
        for (int i = random.nextInt(6); i > 0; i--) {
            // Keys as annotations have them: a JSON pointer escapes / and ~.
            object.set(random.nextInt(4) == 0 ? "a/b~" + i : "k" + i, node(random, depth + 1));
        }
        return object;
    }

    private static JsonNode node(Random random, int depth) {
        return switch (random.nextInt(depth > 3 ? 3 : 5)) {
            case 0 -> NODES.textNode("t" + random.nextInt(3));
            case 1 -> NODES.numberNode(random.nextInt(3));
            case 2 -> NODES.booleanNode(random.nextBoolean());
            case 3 -> object(random, depth);
            default -> {
                ArrayNode array = NODES.arrayNode();
                for (int i = random.nextInt(5); i > 0; i--) {
                    array.add(node(random, depth + 1));
                }
                yield array;
            }
        };
    }
}
