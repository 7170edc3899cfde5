// SPDX-License-Identifier: Apache-2.0
package io.serin.local.main;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.serin.local.api.ApiFault;
import io.serin.local.api.ClusterApi;
import io.serin.local.api.Meta;
import io.serin.local.api.Resources;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.YAMLException;

/** The custom resource definitions that a cluster has from its start. */
final class Definitions {

    private static final ObjectMapper JSON = new ObjectMapper();

    private Definitions() {}

    /**
     * Creates those that stand in files of YAML; what else stands there is passed over.
     *
     * @param path a file, or a folder with files {@code *.yaml}
     * @throws Refusal when there is none, or one can't be read or is no definition that Kubernetes
     *     would take
     */
    static void create(Path path, ClusterApi api) {
        Collection<ObjectNode> definitions = read(path);
        if (definitions.isEmpty()) {
            throw new Refusal(
                    path
                            + ": no CustomResourceDefinition (expected: a file *.yaml with some, or a"
                            + " folder of such)");
        }
        for (ObjectNode definition : definitions) {
            try {
                var _ = api.create(Resources.CUSTOM_RESOURCE_DEFINITIONS, definition);
            } catch (ApiFault refused) {
                throw new Refusal(path + ": " + refused.getMessage());
            }
        }
    }

    private static Collection<ObjectNode> read(Path path) {
        Map<String, ObjectNode> byName = new LinkedHashMap<>();
        for (Path file : files(path)) {
            try {
                Yaml yaml = new Yaml(new SafeConstructor(new LoaderOptions()));
                for (Object document : yaml.loadAll(Files.readString(file))) {
                    if (JSON.valueToTree(document) instanceof ObjectNode object
                            && Resources.CUSTOM_RESOURCE_DEFINITIONS
                                    .kind()
                                    .equals(object.path("kind").asText())) {
                        byName.put(Meta.name(object), object);
                    }
                }
            } catch (IOException | YAMLException unreadable) {
                throw new Refusal(file + ": " + unreadable.getMessage() + " (expected: YAML)");
            }
        }
        return byName.values();
    }

    private static List<Path> files(Path path) {
        try (Stream<Path> all = Files.walk(path)) {
            return all.filter(file -> file.toString().endsWith(".yaml")).sorted().toList();
        } catch (IOException | UncheckedIOException unreadable) {
            throw new Refusal(path + ": " + unreadable + " (expected: a file or a folder)");
        }
    }
}
