// SPDX-License-Identifier: Apache-2.0
package io.serin.injector;

import com.fasterxml.jackson.databind.JsonNode;
import io.serin.api.name.Revision;
import io.serin.injector.decide.Annotations;
import io.serin.injector.decide.LabelSelector;
import io.serin.injector.decide.MeshConfig;
import io.serin.injector.decide.Policy;
import io.serin.injector.decide.Refusal;
import io.serin.injector.template.TemplateFault;
import io.serin.injector.template.TreeTemplate;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the injector of one revision goes by: ConfigMaps {@code istio-sidecar-injector-<rev>} and
 * {@code istio-<rev>}.
 *
 * @param injectedAnnotations what every injected pod is given that does not have it
 */
public record InjectorConfig(
        Revision revision,
        Policy policy,
        Templates templates,
        Map<String, String> injectedAnnotations,
        InjectorValues values,
        MeshConfig mesh) {

    private static final Logger LOG = LoggerFactory.getLogger(InjectorConfig.class);

    private static final String SHIPPED = "sidecar.yaml";

    private static final String CONFIG = "config";

    /** By which a kubelet shows all of a mounted ConfigMap's files at once. */
    private static final String ALL_AT_ONCE = "..data";

    private static final Set<String> FIELDS =
            new TreeSet<>(
                    Set.of(
                            "policy",
                            "neverInjectSelector",
                            "alwaysInjectSelector",
                            "templates",
                            "defaultTemplates",
                            "aliases",
                            "injectedAnnotations"));

    public InjectorConfig {
        injectedAnnotations = Collections.unmodifiableMap(new LinkedHashMap<>(injectedAnnotations));
    }

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
     * The text of the mounted ConfigMaps.
     *
     * @param config key {@code config} of the injector's
     * @param values key {@code values} of the injector's
     * @param mesh key {@code mesh} of the mesh's
     */
    public record Text(String config, String values, String mesh) {

        /**
         * Reads them; those of one ConfigMap are of one and the same update.
         *
         * @param injector has the files {@code config} and {@code values}
         * @param mesh has the file {@code mesh}
         * @throws TemplateFault when one is missing or can't be read
         */
        public static Text read(Revision revision, Path injector, Path mesh) {
            List<String> ours =
                    read(
                            injector,
                            io.serin.api.contract.Objects.injector(revision),
                            "config",
                            "values");
            return new Text(
                    ours.getFirst(),
                    ours.getLast(),
                    read(mesh, io.serin.api.contract.Objects.meshConfig(revision), "mesh")
                            .getFirst());
        }

        private static List<String> read(Path folder, String configMap, String... keys) {
            try {
                Path link = folder.resolve(ALL_AT_ONCE);
                Path update = Files.exists(link) ? link.toRealPath() : folder;
                List<String> texts = new ArrayList<>();
                for (String key : keys) {
                    texts.add(Files.readString(update.resolve(key)));
                }
                return texts;
            } catch (IOException missing) {
                throw new TemplateFault(
                        folder
                                + ": "
                                + missing
                                + " (expected: of ConfigMap "
                                + configMap
                                + ": "
                                + String.join(" and ", keys)
                                + ")");
            }
        }
    }

    /**
     * Reads all of it.
     *
     * @throws TemplateFault naming what is missing, can't be, or is not known
     */
    public static InjectorConfig parse(Revision revision, Text text) {
        InjectorConfig own = parse(revision, text.config(), text.values());
        MeshConfig mesh = MeshConfig.parse(revision, text.mesh());
        mesh.defaultConfig().warnings().forEach(LOG::warn);
        return new InjectorConfig(
                revision, own.policy, own.templates, own.injectedAnnotations, own.values, mesh);
    }

    /**
     * Reads both parts of the injector's own, with a mesh that says nothing.
     *
     * @param config YAML: {@code policy}, {@code neverInjectSelector}, {@code
     *     alwaysInjectSelector}, {@code templates}, {@code defaultTemplates}, {@code aliases},
     *     {@code injectedAnnotations}
     * @param values JSON: see {@link InjectorValues}
     * @throws TemplateFault naming what is missing, can't be, or is not known
     */
    public static InjectorConfig parse(Revision revision, String config, String values) {
        JsonNode configTree = only(CONFIG, config);
        Templates templates = Templates.parse(configTree);
        configTree
                .fieldNames()
                .forEachRemaining(name ->
                        need(
                                FIELDS.contains(name),
                                name,
                                configTree.path(name),
                                "one of " + FIELDS));
        return new InjectorConfig(
                revision,
                policy(revision, configTree),
                templates,
                annotations(configTree.path("injectedAnnotations")),
                InjectorValues.parse(only("values", values)),
                MeshConfig.NONE);
    }

    private static Map<String, String> annotations(JsonNode tree) {
        need(
                tree.isMissingNode() || tree.isObject(),
                "injectedAnnotations",
                tree,
                "annotations by name");
        Map<String, String> annotations = new LinkedHashMap<>();
        for (Map.Entry<String, JsonNode> entry : tree.properties()) {
            String where = "injectedAnnotations[" + entry.getKey() + "]";
            JsonNode value = entry.getValue();
            need(value.isTextual(), where, value, "text");
            need(
                    !Annotations.isForInjectors(entry.getKey()),
                    where,
                    value,
                    "annotations that no injector reads; set values or templates instead");
            annotations.put(entry.getKey(), value.asText());
        }
        return annotations;
    }

    private static Policy policy(Revision revision, JsonNode config) {
        String text = config.path("policy").asText("enabled");
        Policy.Default otherwise = Policy.Default.of(text);
        if (otherwise == Policy.Default.NEVER) {
            LOG.error(
                    "config policy=\"{}\" expected=\"{}\": nothing is injected",
                    text,
                    String.join(" or ", Policy.Default.WORDS));
        }
        return new Policy(
                revision.value(),
                selectors(config, "neverInjectSelector"),
                selectors(config, "alwaysInjectSelector"),
                otherwise);
    }

    private static List<LabelSelector> selectors(JsonNode config, String field) {
        JsonNode list = config.path(field);
        need(list.isMissingNode() || list.isArray(), field, list, "a list of label selectors");
        List<LabelSelector> selectors = new ArrayList<>();
        for (JsonNode selector : list) {
            try {
                selectors.add(LabelSelector.parse(selector));
            } catch (Refusal wrong) {
                throw new TemplateFault(
                        CONFIG,
                        String.valueOf(
                                wrong.in(field + "[" + selectors.size() + "]").getMessage()));
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

    private static void need(boolean holds, String where, JsonNode held, String expected) {
        if (!holds) {
            throw new TemplateFault(
                    CONFIG, where + ": '" + held + "' (expected: " + expected + ")");
        }
    }
}
