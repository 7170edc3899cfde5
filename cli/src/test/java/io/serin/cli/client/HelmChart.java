// SPDX-License-Identifier: Apache-2.0
package io.serin.cli.client;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.serin.api.contract.Channel;
import io.serin.api.contract.Labels;
import io.serin.api.name.Revision;
import io.serin.cli.client.ChartPart.Sometimes;
import io.serin.injector.ConfigText;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The chart's files, made of what the command line applies: its objects are rendered with symbols
 * in place of values, once for each answer to each condition, and laid on top of one another.
 */
final class HelmChart {

    /** A name that no revision has, in whose place the value is put. */
    private static final Revision ANY = new Revision("a-revision-that-nobody-has");

    private static final String REVISION = "⟦.Values.revision⟧";
    private static final String INJECTOR_VALUES = "⟦include \"serin.injectorValues\" .⟧";
    private static final String CHECKSUM =
            "⟦printf \"%s%s\" (include \"serin.injectorConfig\" . | sha256sum)"
                    + " (include \"serin.injectorValues\" .) | sha256sum⟧";

    /** Indented as what the key stands in; a text of several lines by its last character. */
    private static final String INJECTOR_CONFIG =
            "⟦include \"serin.injectorConfig\" . | indent 4 | trim⟧\n";

    /** Texts that are a tree's, as JSON, for which Helm puts the tree. */
    private static final Pattern TREE = Pattern.compile("\"(⟦toRawJson [^⟧]*⟧)\"");

    private static final String TEMPLATES = ".Values.sidecarInjectorWebhook.templates";

    /** After the shipped one, a line for each. */
    private static final String MORE_TEMPLATES =
            "⟦range $name, $template := %s⟧  ⟦toRawJson $name⟧: ⟦toRawJson $template⟧\n⟦end⟧"
                    .formatted(TEMPLATES);

    /** In whose place all of them are put. */
    private static final String SECRET = "a-secret-that-nobody-has";

    private static final int SECRETS = 7_000_000;

    /** What the chart says where the command line works a value out. */
    private static final Map<String, String> WORKED_OUT =
            Map.of(
                    "[\"" + SECRET + "\"]",
                    "⟦.Values.image.pullSecrets | toJson⟧",
                    "\"holdApplicationUntilProxyStarts\":false",
                    "\"holdApplicationUntilProxyStarts\":"
                            + "⟦.Values.proxy.holdApplicationUntilProxyStarts⟧",
                    "\"cni\":false",
                    "\"cni\":⟦.Values.pilot.cni.enabled⟧",
                    ",\"seccompProfile\":{\"type\":\"⟦.Values.proxy.seccompProfile⟧\"}",
                    "⟦with .Values.proxy.seccompProfile⟧,\"seccompProfile\":{\"type\":⟦quote .⟧}⟦end⟧");

    /** Said so that a text of several lines needs no choice. */
    private static final String CONTROL_PLANE = "⟦include \"serin.controlPlane\" .⟧";

    /** After another field, a line for each. */
    private static final String DEFAULTS =
            "⟦range $name, $field := .Values.meshConfig.defaultConfig⟧"
                    + "\n  ⟦$name⟧: ⟦toRawJson $field⟧⟦end⟧";

    private static final String MADE =
            "# SPDX-License-Identifier: Apache-2.0\n# Made by deploy/make-chart.\n";

    private final Map<InstallValue, Object> symbols = new EnumMap<>(InstallValue.class);
    private final Map<Integer, String> numbers = new TreeMap<>();

    HelmChart() {
        numbers.put(SECRETS, "include \"serin.imagePullSecrets\" .");
        for (InstallValue value : InstallValue.values()) {
            String expression = ".Values." + value.key();
            symbols.put(
                    value,
                    switch (value.check()) {
                        case InstallValue.Whole _ -> {
                            int number = 7_000_001 + numbers.size();
                            numbers.put(number, expression);
                            yield number;
                        }
                        // Conditions decide what these do, and WORKED_OUT.
                        case InstallValue.Truth _ -> false;
                        case InstallValue.Names _ -> List.of(SECRET);
                        case InstallValue.Defaults _ -> JsonNodeFactory.instance.objectNode();
                        case InstallValue.Tree _ when value == InstallValue.INJECTOR_TEMPLATES ->
                                JsonNodeFactory.instance.objectNode();
                        case InstallValue.Tree _ ->
                                TextNode.valueOf("⟦toRawJson " + expression + "⟧");
                        case InstallValue.Text _, InstallValue.OneOf _ -> "⟦" + expression + "⟧";
                    });
        }
    }

    /** By path within the chart. */
    Map<String, String> files() {
        Map<String, String> files = new TreeMap<>();
        files.put("Chart.yaml", chart());
        files.put("values.yaml", values());
        files.put("values.schema.json", schema());
        ChartPart.Fields objects = (ChartPart.Fields) objects();
        for (Map.Entry<String, Sometimes> object : objects.fields().entrySet()) {
            files.put(
                    "templates/" + object.getKey() + ".yaml",
                    MADE + new ChartText(numbers).document(object.getValue()));
        }
        files.put(
                "templates/_values.tpl",
                "{{- /* What the injector reads, of which the pods' checksum is made. */ -}}\n"
                        + "{{- define \"serin.injectorConfig\" -}}\n"
                        + injectorConfig()
                        + "{{ end -}}\n"
                        + "{{- define \"serin.injectorValues\" -}}\n"
                        + ChartText.chosen(injectorValues())
                        + "\n{{- end -}}\n"
                        + "{{- define \"serin.controlPlane\" -}}\n"
                        + "istiod{{ if ne .Values.revision \"default\" }}"
                        + "-{{ .Values.revision }}{{ end }}"
                        + "\n{{- end -}}\n"
                        + "{{- define \"serin.imagePullSecrets\" -}}\n"
                        + "[{{ range $i, $name := .Values.image.pullSecrets }}"
                        + "{{ if $i }}, {{ end }}{name: {{ $name | quote }}}{{ end }}]"
                        + "\n{{- end -}}\n");
        return files;
    }

    /** All objects, by name of their file. */
    private ChartPart objects() {
        return all(
                Map.of(),
                List.of(ChartCondition.values()),
                given -> {
                    ObjectNode byFile = JsonNodeFactory.instance.objectNode();
                    Map<String, Integer> seen = new LinkedHashMap<>();
                    for (JsonNode object : rendered(given)) {
                        String kind = object.path("kind").asText().toLowerCase(Locale.ROOT);
                        int number = seen.merge(kind, 1, Integer::sum);
                        // Helm makes the namespace, which several releases share, by itself.
                        if (!kind.equals("namespace")) {
                            byFile.set(number == 1 ? kind : kind + "-" + number, symbolic(object));
                        }
                    }
                    return byFile;
                });
    }

    private String injectorConfig() {
        String text = Manifests.injectorConfig(values(Map.of()));
        return ChartText.expressions(
                TREE.matcher(text)
                        .replaceAll("$1")
                        .replace(
                                ConfigText.shippedTemplate(),
                                "⟦if not (hasKey %s \"sidecar\")⟧".formatted(TEMPLATES)
                                        + ConfigText.shippedTemplate()
                                        + "⟦end⟧"
                                        + MORE_TEMPLATES));
    }

    private ChartPart injectorValues() {
        return all(
                Map.of(ChartCondition.PULL_SECRETS, true),
                List.of(ChartCondition.HUB),
                given -> {
                    String text = Manifests.injectorValues(values(given));
                    for (Map.Entry<String, String> symbol : WORKED_OUT.entrySet()) {
                        text = text.replace(symbol.getKey(), symbol.getValue());
                    }
                    return JsonNodeFactory.instance.textNode(text);
                });
    }

    /** A tree for all answers to the conditions that are left, given those to the others. */
    private ChartPart all(
            Map<ChartCondition, Boolean> answers,
            List<ChartCondition> left,
            Function<Map<ChartCondition, Boolean>, JsonNode> tree) {
        if (left.isEmpty()) {
            return ChartPart.of(tree.apply(answers));
        }
        ChartCondition condition = left.getFirst();
        Map<ChartCondition, Boolean> yes = new EnumMap<>(ChartCondition.class);
        yes.putAll(answers);
        yes.put(condition, true);
        Map<ChartCondition, Boolean> no = new EnumMap<>(yes);
        no.put(condition, false);
        List<ChartCondition> after = left.subList(1, left.size());
        return ChartPart.merge(
                condition,
                all(yes, after, tree),
                all(no, after, tree),
                condition == ChartCondition.DEFAULT_REVISION
                        ? text -> text.replace(REVISION, Revision.DEFAULT.value())
                        : UnaryOperator.identity());
    }

    private List<JsonNode> rendered(Map<ChartCondition, Boolean> answers) {
        return Manifests.render(
                is(answers, ChartCondition.DEFAULT_REVISION) ? Revision.DEFAULT : ANY,
                values(answers),
                new Manifests.Shape(
                        is(answers, ChartCondition.FRESH),
                        is(answers, ChartCondition.AUTOSCALED),
                        is(answers, ChartCondition.SEVERAL),
                        is(answers, ChartCondition.EVERYWHERE),
                        is(answers, ChartCondition.NODE_AGENT),
                        is(answers, ChartCondition.OF_CHANNEL)));
    }

    private InstallValues values(Map<ChartCondition, Boolean> answers) {
        Map<InstallValue, Object> values = new EnumMap<>(symbols);
        if (!is(answers, ChartCondition.HUB)) {
            values.put(InstallValue.IMAGE_HUB, "");
        }
        if (!is(answers, ChartCondition.PULL_SECRETS)) {
            values.put(InstallValue.IMAGE_PULL_SECRETS, List.of());
        }
        return new InstallValues(values);
    }

    private static boolean is(Map<ChartCondition, Boolean> answers, ChartCondition condition) {
        return answers.getOrDefault(condition, false);
    }

    /** With what the command line works out put back as what it is worked out from. */
    private static JsonNode symbolic(JsonNode object) {
        ObjectNode changed = (ObjectNode) named(object);
        changed.withObject("/metadata/labels").put(Labels.MANAGED_BY, "⟦.Release.Service⟧");
        if (changed.path("kind").asText().equals("Deployment")) {
            changed.withObject("/spec/template/metadata/annotations")
                    .put("checksum/config", CHECKSUM);
        }
        if (changed.at("/spec/template/spec/imagePullSecrets").isArray()) {
            changed.withObject("/spec/template/spec").put("imagePullSecrets", SECRETS);
        }
        if (changed.path("kind").asText().equals("ConfigMap")
                && changed.path("data").has("values")) {
            changed.withObject("/data")
                    .put("config", INJECTOR_CONFIG)
                    .put("values", INJECTOR_VALUES);
        }
        if (changed.path("data").has("mesh")) {
            changed.withObject("/data")
                    .put(
                            "mesh",
                            changed.at("/data/mesh")
                                    .asText()
                                    .replace("istiod-" + REVISION + ".", CONTROL_PLANE + ".")
                                    .replace("istiod.", CONTROL_PLANE + ".")
                                    .replace("\ntrustDomain", DEFAULTS + "\ntrustDomain"));
        }
        return changed;
    }

    private static JsonNode named(JsonNode tree) {
        if (tree.isTextual()) {
            return JsonNodeFactory.instance.textNode(
                    tree.textValue().replace(ANY.value(), REVISION));
        }
        if (tree.isArray()) {
            var items = JsonNodeFactory.instance.arrayNode();
            tree.forEach(item -> items.add(named(item)));
            return items;
        }
        if (tree.isObject()) {
            ObjectNode fields = JsonNodeFactory.instance.objectNode();
            tree.properties().forEach(field -> fields.set(field.getKey(), named(field.getValue())));
            return fields;
        }
        return tree;
    }

    private static String chart() {
        return MADE
                + """
                apiVersion: v2
                name: serin-revision
                description: One revision of Serin's control plane, beside others.
                type: application
                version: 0.1.0
                appVersion: 0.1.0
                kubeVersion: ">=1.29.0-0"
                """;
    }

    /** Without {@code revision}, which everybody has to give. */
    private static String values() {
        StringBuilder text = new StringBuilder(MADE);
        text.append(
                """
                # Besides, revision has to be given: a DNS label of at most 56 characters.
                """);
        List<String> sections = List.of();
        for (InstallValue value : InstallValue.values()) {
            List<String> names = List.of(value.key().split("\\."));
            List<String> own = names.subList(0, names.size() - 1);
            for (int depth = 0; depth < own.size(); depth++) {
                if (!startsWith(sections, own.subList(0, depth + 1))) {
                    text.repeat("  ", depth).append(own.get(depth)).append(":\n");
                }
            }
            sections = own;
            String indent = "  ".repeat(own.size());
            text.append(indent).append("# ").append(value.sentence()).append('\n');
            text.append(indent)
                    .append(names.getLast())
                    .append(": ")
                    .append(
                            switch (value.check()) {
                                case InstallValue.Text _ -> '"' + value.byDefault() + '"';
                                case InstallValue.Names _ -> "[]";
                                case InstallValue.Whole _,
                                        InstallValue.OneOf _,
                                        InstallValue.Defaults _,
                                        InstallValue.Tree _,
                                        InstallValue.Truth _ ->
                                        value.byDefault();
                            })
                    .append('\n');
        }
        return text.toString();
    }

    private static boolean startsWith(List<String> all, List<String> first) {
        return all.size() >= first.size() && all.subList(0, first.size()).equals(first);
    }

    /** What the command line checks, for Helm to check. */
    private static String schema() {
        ObjectNode schema = section();
        schema.put("$schema", "http://json-schema.org/draft-07/schema#");
        ObjectNode revision = schema.withObject("/properties").putObject("revision");
        revision.put("type", "string");
        revision.put("maxLength", RevisionName.LONGEST);
        revision.put("pattern", "^[a-z0-9]([-a-z0-9]*[a-z0-9])?$");
        String tags =
                Arrays.stream(Channel.values())
                        .map(channel -> channel.tag().value() + "$")
                        .collect(Collectors.joining("|"));
        revision.putObject("not").put("pattern", "^(" + tags + "|" + RevisionName.OF_TAGS + ")");
        schema.putArray("required").add("revision");
        // What Helm itself puts among a chart's values.
        schema.withObject("/properties").putObject("global").put("type", "object");
        for (InstallValue value : InstallValue.values()) {
            ObjectNode into = schema;
            String[] names = value.key().split("\\.");
            for (int i = 0; i + 1 < names.length; i++) {
                ObjectNode properties = into.withObject("/properties");
                if (!properties.has(names[i])) {
                    properties.set(names[i], section());
                }
                into = (ObjectNode) properties.path(names[i]);
            }
            ObjectNode one = into.withObject("/properties").putObject(names[names.length - 1]);
            one.put("description", value.sentence());
            switch (value.check()) {
                case InstallValue.Text(String pattern, String _) ->
                        one.put("type", "string").put("pattern", "^(" + pattern + ")$");
                case InstallValue.Whole(int least, int most) ->
                        one.put("type", "integer").put("minimum", least).put("maximum", most);
                case InstallValue.OneOf(List<String> words) -> {
                    var allowed = one.putArray("enum");
                    words.forEach(allowed::add);
                    if (words.contains("true")) {
                        // YAML reads the words so.
                        allowed.add(true).add(false);
                    }
                }
                case InstallValue.Names() ->
                        one.put("type", "array")
                                .putObject("items")
                                .put("type", "string")
                                .put("pattern", "^" + InstallValue.Names.NAME + "$");
                case InstallValue.Truth() -> one.put("type", "boolean");
                case InstallValue.Defaults() -> one.put("type", "object");
                case InstallValue.Tree _ -> one.setAll(ChartSchema.of(value));
            }
        }
        var rules = schema.putArray("allOf");
        // As InstallValues has it, which says why.
        rules.addObject()
                .<ObjectNode>set("if", where("/autoscale/max", "minimum", 1))
                .set("then", where("/replicas", "maximum", 1));
        rules.addObject()
                .<ObjectNode>set("if", where("/enableNamespacesByDefault", "const", true))
                .set("then", where("/revision", "const", "default"));
        return schema.toPrettyString() + "\n";
    }

    private static ObjectNode where(String path, String rule, Object value) {
        ObjectNode schema = JsonNodeFactory.instance.objectNode();
        ObjectNode into = schema;
        for (String name : path.substring(1).split("/")) {
            into.putArray("required").add(name);
            into = into.withObject("/properties").putObject(name);
        }
        into.putPOJO(rule, value);
        return schema;
    }

    private static ObjectNode section() {
        ObjectNode section = JsonNodeFactory.instance.objectNode();
        section.put("type", "object");
        section.put("additionalProperties", false);
        section.putObject("properties");
        return section;
    }
}
