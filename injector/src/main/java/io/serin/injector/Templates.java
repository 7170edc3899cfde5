// SPDX-License-Identifier: Apache-2.0
package io.serin.injector;

import com.fasterxml.jackson.databind.JsonNode;
import io.serin.injector.decide.Annotation;
import io.serin.injector.decide.Refusal;
import io.serin.injector.template.TemplateFault;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * The templates of a configuration.
 *
 * @param byName what each adds: {@code initContainers}, {@code containers}, {@code volumes}
 * @param defaults the names, of templates or aliases, that a pod gets which names none
 * @param aliases names that stand for several templates
 */
record Templates(
        Map<String, JsonNode> byName, List<String> defaults, Map<String, List<String>> aliases) {

    /** The text that they stand in. */
    private static final String CONFIG = "config";

    static final List<String> PARTS = List.of("initContainers", "containers", "volumes");

    /** Where nothing says otherwise. */
    private static final List<String> SIDECAR = List.of("sidecar");

    /**
     * Reads them.
     *
     * @throws TemplateFault naming the first that can't be
     */
    static Templates parse(JsonNode config) {
        if (config.has("template")) {
            throw new TemplateFault(
                    CONFIG,
                    "template: a field of older configurations (expected: it as sidecar in"
                            + " templates)");
        }
        JsonNode templates = config.path("templates");
        need(
                !templates.isEmpty() && templates.isObject(),
                "templates",
                templates,
                "templates by name");
        Map<String, JsonNode> byName = new LinkedHashMap<>();
        for (Map.Entry<String, JsonNode> template : templates.properties()) {
            check("templates." + template.getKey(), template.getValue());
            byName.put(template.getKey(), template.getValue());
        }
        Map<String, List<String>> aliases = new LinkedHashMap<>();
        JsonNode groups = config.path("aliases");
        need(groups.isMissingNode() || groups.isObject(), "aliases", groups, "lists by name");
        for (Map.Entry<String, JsonNode> alias : groups.properties()) {
            String where = "aliases." + alias.getKey();
            need(
                    !byName.containsKey(alias.getKey()),
                    where,
                    alias.getValue(),
                    "a name that no template has");
            aliases.put(alias.getKey(), names(where, alias.getValue(), byName.keySet()));
        }
        Set<String> known = new TreeSet<>(byName.keySet());
        known.addAll(aliases.keySet());
        JsonNode defaults = config.path("defaultTemplates");
        if (defaults.isMissingNode()) {
            need(
                    known.containsAll(SIDECAR),
                    "templates",
                    templates,
                    "one named sidecar, or defaultTemplates");
            return new Templates(byName, SIDECAR, aliases);
        }
        return new Templates(byName, names("defaultTemplates", defaults, known), aliases);
    }

    private static void check(String where, JsonNode template) {
        need(template.isObject(), where, template, "what is added: " + PARTS);
        for (Map.Entry<String, JsonNode> part : template.properties()) {
            String place = where + "." + part.getKey();
            need(PARTS.contains(part.getKey()), place, part.getValue(), "one of " + PARTS);
            need(part.getValue().isArray(), place, part.getValue(), "a list");
            for (JsonNode item : part.getValue()) {
                need(item.path("name").isTextual(), place, item, "items with names");
            }
        }
    }

    private static List<String> names(String where, JsonNode list, Set<String> known) {
        need(list.isArray() && !list.isEmpty(), where, list, "a list of " + known);
        List<String> names = new ArrayList<>();
        for (JsonNode name : list) {
            need(known.contains(name.asText()), where, name, "of " + known);
            names.add(name.asText());
        }
        return names;
    }

    private static void need(boolean holds, String where, JsonNode held, String expected) {
        if (!holds) {
            throw new TemplateFault(
                    CONFIG, where + ": '" + held + "' (expected: " + expected + ")");
        }
    }

    /**
     * Those that a pod gets, in the order in which they are laid over one another.
     *
     * @param wanted what the pod's annotation says
     * @throws Refusal when it names one that is not there
     */
    List<JsonNode> of(Optional<String> wanted) {
        List<String> names =
                wanted.map(text -> List.of(text.strip().split("\\s*,\\s*", -1))).orElse(defaults);
        Set<String> expanded = new LinkedHashSet<>();
        for (String name : names) {
            expanded.addAll(aliases.getOrDefault(name, List.of(name)));
        }
        List<JsonNode> templates = new ArrayList<>();
        for (String name : expanded) {
            JsonNode template = byName.get(name);
            if (template == null) {
                Set<String> known = new TreeSet<>(byName.keySet());
                known.addAll(aliases.keySet());
                throw Refusal.annotation(
                        Annotation.TEMPLATES.key(),
                        wanted.orElse(name),
                        "names of templates, of " + known + ", with commas between them");
            }
            templates.add(template);
        }
        return templates;
    }
}
