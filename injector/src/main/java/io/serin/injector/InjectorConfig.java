// SPDX-License-Identifier: Apache-2.0
package io.serin.injector;

import com.fasterxml.jackson.databind.JsonNode;
import io.serin.api.name.Revision;
import io.serin.injector.decide.LabelSelector;
import io.serin.injector.decide.Policy;
import io.serin.injector.template.TemplateFault;
import io.serin.injector.template.TreeTemplate;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the injector of one revision goes by: ConfigMap {@code istio-sidecar-injector-<rev>}.
 *
 * @param template the parts to add: {@code initContainers}, {@code volumes}
 * @param image the proxy's image
 * @param resources the proxy's, as in a container
 */
public record InjectorConfig(
        Revision revision,
        Policy policy,
        JsonNode template,
        String image,
        String imagePullPolicy,
        JsonNode resources) {

    private static final Logger LOG = LoggerFactory.getLogger(InjectorConfig.class);

    private static final String SHIPPED = "sidecar.yaml";

    /** The text of the shipped {@code config}, for the ConfigMap. */
    public static String shippedConfig() {
        try (InputStream in =
                Objects.requireNonNull(InjectorConfig.class.getResourceAsStream(SHIPPED))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }

    /**
     * Reads the mounted ConfigMap.
     *
     * @param folder has the files {@code config} and {@code values}
     * @throws TemplateFault when one is missing or can't be read
     */
    public static InjectorConfig read(Revision revision, Path folder) {
        try {
            return parse(
                    revision,
                    Files.readString(folder.resolve("config")),
                    Files.readString(folder.resolve("values")));
        } catch (IOException missing) {
            throw new TemplateFault(
                    folder
                            + ": "
                            + missing
                            + " (expected: the files config and values of ConfigMap "
                            + io.serin.api.contract.Objects.injector(revision)
                            + ")");
        }
    }

    /**
     * Reads both parts.
     *
     * @param config YAML: {@code policy}, {@code neverInjectSelector}, {@code
     *     alwaysInjectSelector}, {@code template}
     * @param values JSON: {@code image}, {@code imagePullPolicy}, {@code resources}
     * @throws TemplateFault naming what is missing
     */
    public static InjectorConfig parse(Revision revision, String config, String values) {
        JsonNode configTree = only("config", config);
        JsonNode valuesTree = only("values", values);
        return new InjectorConfig(
                revision,
                policy(revision, configTree),
                need("config", configTree, "template", JsonNode::isObject, "what is added"),
                need("values", valuesTree, "image", JsonNode::isTextual, "an image").asText(),
                valuesTree.path("imagePullPolicy").asText("IfNotPresent"),
                need("values", valuesTree, "resources", JsonNode::isObject, "as in a container"));
    }

    private static Policy policy(Revision revision, JsonNode config) {
        String text = config.path("policy").asText("enabled");
        Policy.Default otherwise =
                switch (text) {
                    case "enabled" -> Policy.Default.INJECT;
                    case "disabled" -> Policy.Default.SKIP;
                    default -> {
                        LOG.error(
                                "config policy=\"{}\" expected=\"enabled or disabled\": nothing is"
                                        + " injected",
                                text);
                        yield Policy.Default.NEVER;
                    }
                };
        return new Policy(
                revision.value(),
                selectors(config, "neverInjectSelector"),
                selectors(config, "alwaysInjectSelector"),
                otherwise);
    }

    private static List<LabelSelector> selectors(JsonNode config, String field) {
        List<LabelSelector> selectors = new ArrayList<>();
        for (JsonNode selector : config.path(field)) {
            try {
                selectors.add(LabelSelector.parse(selector));
            } catch (IllegalArgumentException wrong) {
                throw new TemplateFault(
                        "config, " + field + "[" + selectors.size() + "]." + wrong.getMessage());
            }
        }
        return selectors;
    }

    private static JsonNode only(String what, String text) {
        List<JsonNode> documents = TreeTemplate.parseYaml(text);
        if (documents.size() != 1 || !documents.getFirst().isObject()) {
            throw new TemplateFault(what + ": not one document with fields (expected: it is)");
        }
        return documents.getFirst();
    }

    private static JsonNode need(
            String what, JsonNode tree, String field, Predicate<JsonNode> good, String expected) {
        JsonNode value = tree.path(field);
        if (!good.test(value)) {
            throw new TemplateFault(
                    what + ", " + field + ": '" + value + "' (expected: " + expected + ")");
        }
        return value;
    }
}
