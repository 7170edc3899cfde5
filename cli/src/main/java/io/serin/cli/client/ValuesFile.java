// SPDX-License-Identifier: Apache-2.0
package io.serin.cli.client;

import com.fasterxml.jackson.databind.JsonNode;
import io.serin.injector.template.TreeTemplate;
import java.io.IOException;
import java.io.StringReader;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.nodes.Tag;

/** A YAML file of values, sections nested, as settings that know their line. */
final class ValuesFile {

    private ValuesFile() {}

    /**
     * In the file's order.
     *
     * @throws CliFault when it can't be read, or is no tree of single values
     */
    static List<InstallValues.Setting> read(Path file) {
        try {
            return parse(file.toString(), Files.readString(file, StandardCharsets.UTF_8));
        } catch (IOException unreadable) {
            throw new CliFault(
                    ExitCode.BAD_DATA,
                    "-f " + file + ": can't be read (expected: a YAML file of values)",
                    "values and what they may hold: serin install --help");
        }
    }

    static List<InstallValues.Setting> parse(String name, String text) {
        List<InstallValues.Setting> settings = new ArrayList<>();
        try {
            LoaderOptions options = new LoaderOptions();
            options.setMaxAliasesForCollections(0);
            Node root = new Yaml(options).compose(new StringReader(text));
            if (root != null) {
                collect(name, "", root, settings);
            }
        } catch (YAMLException broken) {
            throw fault(name + ": not YAML: " + broken.getMessage());
        }
        return settings;
    }

    private static void collect(
            String file, String prefix, Node node, List<InstallValues.Setting> settings) {
        if (!(node instanceof MappingNode section)) {
            throw fault(at(file, node) + ": not a section (expected: fields, e.g. replicas: 2)");
        }
        Set<String> seen = new HashSet<>();
        for (NodeTuple field : section.getValue()) {
            if (!(field.getKeyNode() instanceof ScalarNode keyNode)) {
                throw fault(at(file, field.getKeyNode()) + ": a key that is no word");
            }
            String key = prefix + keyNode.getValue();
            String where = at(file, keyNode);
            if (!seen.add(key)) {
                throw fault(where + ": " + key + " is given twice (expected: once)");
            }
            switch (field.getValueNode()) {
                case ScalarNode value ->
                        settings.add(
                                new InstallValues.Setting(
                                        where,
                                        key,
                                        value.getTag().equals(Tag.NULL) ? "" : value.getValue()));
                case MappingNode below when InstallValue.of(key).isEmpty() ->
                        collect(file, key + ".", below, settings);
                case Node tree when isTree(key, tree) ->
                        settings.add(new InstallValues.Setting(where, key, json(tree).toString()));
                case SequenceNode list when isNames(key, list) ->
                        settings.add(
                                new InstallValues.Setting(
                                        where,
                                        key,
                                        list.getValue().stream()
                                                .map(name -> ((ScalarNode) name).getValue())
                                                .collect(Collectors.joining(","))));
                default ->
                        throw fault(
                                where
                                        + ": "
                                        + key
                                        + ": a list or a section (expected: "
                                        + InstallValue.of(key)
                                                .map(InstallValue::expected)
                                                .orElse("a single value")
                                        + ")");
            }
        }
    }

    /** Whether a value is one, and of that kind. */
    private static boolean isTree(String key, Node node) {
        return InstallValue.of(key)
                .filter(value ->
                        switch (value.check()) {
                            case InstallValue.Defaults _ -> node instanceof MappingNode;
                            case InstallValue.Tree(boolean isList, String _) ->
                                    isList
                                            ? node instanceof SequenceNode
                                            : node instanceof MappingNode;
                            case InstallValue.Text _,
                                    InstallValue.Whole _,
                                    InstallValue.OneOf _,
                                    InstallValue.Names _,
                                    InstallValue.Truth _ ->
                                    false;
                        })
                .isPresent();
    }

    private static JsonNode json(Node tree) {
        StringWriter text = new StringWriter();
        new Yaml().serialize(tree, text);
        return TreeTemplate.parseYaml(text.toString()).getFirst();
    }

    private static boolean isNames(String key, SequenceNode list) {
        return InstallValue.of(key)
                        .filter(value -> value.check() instanceof InstallValue.Names)
                        .isPresent()
                && list.getValue().stream().allMatch(ScalarNode.class::isInstance);
    }

    private static String at(String file, Node node) {
        return file + ", line " + (node.getStartMark().getLine() + 1);
    }

    private static CliFault fault(String message) {
        return new CliFault(
                ExitCode.BAD_DATA,
                "-f " + message,
                "values and what they may hold: serin install --help");
    }
}
