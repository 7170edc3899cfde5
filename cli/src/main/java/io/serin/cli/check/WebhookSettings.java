// SPDX-License-Identifier: Apache-2.0
package io.serin.cli.check;

import com.fasterxml.jackson.databind.JsonNode;
import io.serin.api.contract.Labels;
import io.serin.api.name.Revision;
import io.serin.cli.check.Finding.Flaw;
import io.serin.cli.check.Finding.Problem;
import io.serin.cli.client.Deactivation;
import io.serin.cli.client.Selector;
import io.serin.cli.client.Selector.Requirement;
import io.serin.injector.template.TreeTemplate;
import io.serin.kube.write.Webhooks;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** Whether pods are asked about as whoever installed a revision, or set a tag, has written it. */
final class WebhookSettings {

    static final Check SAME =
            Check.of(
                    "webhook-settings",
                    "entries are as they were installed",
                    WebhookSettings::same,
                    Source.DEPLOYMENTS,
                    Source.MUTATING);

    private static final String INJECT_PATH = "/inject";
    private static final List<String> SELECTORS = List.of("namespaceSelector", "objectSelector");

    /** The selectors of what sleeps while the tag {@code default} speaks in its place. */
    private static final JsonNode NOBODY = TreeTemplate.tree(Deactivation.NOBODY);

    private WebhookSettings() {}

    private static Finding same(Mesh mesh) {
        List<Flaw> missing = new ArrayList<>();
        List<Flaw> changed = new ArrayList<>();
        for (Hook hook : mesh.hooks()) {
            howItIsCalled(mesh, hook, changed);
        }
        for (Item configuration : mesh.injectors()) {
            // Of Istio's nobody knows here what they were; of one that is gone others speak.
            if (configuration.isOurs()
                    && mesh.scope().hasRevision(configuration.revision())
                    && mesh.installed().contains(configuration.revision())) {
                whomItMatches(mesh, configuration, missing, changed);
            }
        }
        if (missing.isEmpty()) {
            return Finding.warning(
                    changed,
                    "somebody has changed webhooks: pods may slip through without a sidecar",
                    "all entries are as they were installed");
        }
        missing.addAll(changed);
        return new Problem("somebody has removed webhooks: some pods get no sidecar", missing);
    }

    private static void howItIsCalled(Mesh mesh, Hook hook, List<Flaw> flaws) {
        String fix = restore(mesh, hook.configuration());
        expect(flaws, hook, "failurePolicy", hook.text("failurePolicy", "Fail"), "Fail", fix);
        expect(flaws, hook, "sideEffects", hook.text("sideEffects", ""), "None", fix);
        if (hook.service().isPresent() && !hook.path().startsWith(INJECT_PATH)) {
            expect(flaws, hook, "clientConfig.service.path", hook.path(), INJECT_PATH, fix);
        }
        if (!isAskedAboutPods(hook)) {
            flaws.add(
                    new Flaw(hook.place() + ", rules: not CREATE of pods (expected: it is)", fix));
        }
    }

    private static void expect(
            List<Flaw> flaws, Hook hook, String field, String held, String expected, String fix) {
        if (!held.equals(expected)) {
            flaws.add(
                    new Flaw(
                            hook.place()
                                    + ", "
                                    + field
                                    + ": '"
                                    + held
                                    + "' (expected: "
                                    + expected
                                    + ")",
                            fix));
        }
    }

    private static boolean isAskedAboutPods(Hook hook) {
        for (JsonNode rule : hook.json().path("rules")) {
            if (holds(rule.path("operations"), "CREATE") && holds(rule.path("resources"), "pods")) {
                return true;
            }
        }
        return false;
    }

    private static boolean holds(JsonNode texts, String text) {
        for (JsonNode each : texts) {
            if (each.asText().equals(text) || each.asText().equals("*")) {
                return true;
            }
        }
        return false;
    }

    private static void whomItMatches(
            Mesh mesh, Item configuration, List<Flaw> missing, List<Flaw> changed) {
        String fix = restore(mesh, configuration);
        boolean isAsleep =
                configuration.label(Labels.TAG).isEmpty()
                        && mesh.isReplaced(configuration.revision());
        Map<String, JsonNode> expected = expected(configuration);
        for (Hook hook : Mesh.hooksOf(configuration)) {
            JsonNode entry = expected.remove(hook.name());
            if (entry == null) {
                changed.add(
                        new Flaw(
                                hook.place() + " is not one that was installed",
                                "kubectl edit mutatingwebhookconfiguration "
                                        + configuration.name()));
                continue;
            }
            for (String field : SELECTORS) {
                Selector held = Selector.of(hook.json().path(field));
                Selector wanted = Selector.of(isAsleep ? NOBODY : entry.path(field));
                if (!Set.copyOf(held.requirements()).equals(Set.copyOf(wanted.requirements()))) {
                    expect(changed, hook, field, words(held), words(wanted), fix);
                }
            }
        }
        for (String name : expected.keySet()) {
            missing.add(new Flaw(configuration.name() + " has no entry " + name, fix));
        }
    }

    /**
     * The entries as they are written, by name. Whether pods that no label speaks of were to be
     * taken in is known from nothing but the entry that does it.
     */
    private static Map<String, JsonNode> expected(Item configuration) {
        String tag = configuration.label(Labels.TAG);
        Map<String, JsonNode> entries = new LinkedHashMap<>();
        for (Map<String, Object> entry :
                Webhooks.of(
                        tag.isEmpty() ? configuration.revision() : tag,
                        new Revision(configuration.revision()),
                        Webhooks.isEverywhere(configuration.json()))) {
            JsonNode tree = TreeTemplate.tree(entry);
            entries.put(tree.path("name").asText(), tree);
        }
        return entries;
    }

    /** As kubectl takes a selector, {@code -l}. */
    private static String words(Selector selector) {
        return selector.requirements().stream()
                .map(WebhookSettings::words)
                .collect(Collectors.joining(","));
    }

    private static String words(Requirement requirement) {
        String values = " (" + String.join(",", requirement.values()) + ")";
        return switch (requirement.operator()) {
            case "In" -> requirement.key() + " in" + values;
            case "NotIn" -> requirement.key() + " notin" + values;
            case "DoesNotExist" -> "!" + requirement.key();
            default -> requirement.key();
        };
    }

    private static String restore(Mesh mesh, Item configuration) {
        String tag = configuration.label(Labels.TAG);
        return tag.isEmpty()
                ? Remedy.install(mesh, configuration.revision())
                : Remedy.point(tag, configuration.revision());
    }
}
