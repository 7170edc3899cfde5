// SPDX-License-Identifier: Apache-2.0
package io.serin.cli.rehome;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.serin.api.contract.Ports;
import io.serin.api.name.Revision;
import io.serin.cli.client.CliFault;
import io.serin.cli.client.Counted;
import io.serin.kube.read.ClusterReader;
import io.serin.kube.type.ObjectName;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What would change for the proxies of a namespace if they were at another revision: what that
 * would send them now beside what they are sent. Proxies for which the same changes stand together.
 *
 * @param refused why they can't be moved there without a restart; empty where they can
 */
public record UpgradePlan(String namespace, String to, String refused, List<Group> groups) {

    /** Names in {@code /debug/configz}, and how people call what is in there. */
    private static final Map<String, String> KINDS = kinds();

    public UpgradePlan {
        groups = List.copyOf(groups);
    }

    /**
     * Proxies for which the same changes.
     *
     * @param from the revision that they are at
     * @param pods by name
     * @param changes in the order of kinds and names; empty: nothing changes
     */
    public record Group(String from, List<String> pods, List<Change> changes) {
        public Group {
            pods = List.copyOf(pods);
            changes = List.copyOf(changes);
        }
    }

    /** How a resource differs. */
    public enum How {
        ADDED,
        REMOVED,
        CHANGED,
        /** It means the same, and is written in another way. */
        REWRITTEN
    }

    /**
     * One resource that differs.
     *
     * @param before as it is sent now; JSON's null where it is not
     * @param after as it would be sent; JSON's null where it would not
     */
    public record Change(String kind, String name, How how, JsonNode before, JsonNode after) {}

    private static Map<String, String> kinds() {
        Map<String, String> kinds = new LinkedHashMap<>();
        kinds.put("routeTables", "routes");
        kinds.put("clusters", "clusters");
        kinds.put("endpoints", "endpoints");
        kinds.put("listeners", "listeners");
        kinds.put("names", "names");
        return kinds;
    }

    /**
     * Asks both.
     *
     * @throws CliFault when either can't say
     */
    public static UpgradePlan of(ClusterReader reader, Revision to, String namespace) {
        List<ControlPlanePage> pages = ControlPlanePage.all(reader);
        ControlPlanePage target =
                pages.stream()
                        .filter(page -> page.revision().equals(to.value()))
                        .findFirst()
                        .orElseThrow(() ->
                                CliFault.failed(
                                        "no control plane of revision " + to + " answers",
                                        "see which there are: serin revision list"));
        ProxyHomes homes = ProxyHomes.of(pages, namespace);
        Map<Key, List<String>> groups = new LinkedHashMap<>();
        for (ObjectName pod : homes.pods()) {
            ControlPlanePage at = homes.of(pod).getFirst().at();
            List<Change> changes = changes(told(reader, at, pod), told(reader, target, pod));
            groups.computeIfAbsent(new Key(at.revision(), changes), _ -> new ArrayList<>())
                    .add(pod.name());
        }
        return new UpgradePlan(
                namespace,
                to.value(),
                "",
                groups.entrySet().stream()
                        .map(group ->
                                new Group(
                                        group.getKey().from(),
                                        group.getValue(),
                                        group.getKey().changes()))
                        .toList());
    }

    private record Key(String from, List<Change> changes) {}

    private static JsonNode told(ClusterReader reader, ControlPlanePage by, ObjectName pod) {
        return reader.page(
                        by.pod(),
                        Ports.CONTROL_DEBUG,
                        "/debug/configz?pod=" + pod.name() + "." + pod.namespace())
                .orElseThrow(() ->
                        CliFault.failed(
                                "control plane %s, version %s, does not say what it would send to pod %s"
                                        .formatted(by.pod().name(), by.version(), pod),
                                "try again in a moment; a version that can't send proxies elsewhere can't say"
                                        + " it either"));
    }

    static List<Change> changes(JsonNode before, JsonNode after) {
        List<Change> changes = new ArrayList<>();
        KINDS.forEach((key, kind) -> {
            Map<String, JsonNode> old = byName(before.path(key));
            Map<String, JsonNode> next = byName(after.path(key));
            TreeSet<String> names = new TreeSet<>(old.keySet());
            names.addAll(next.keySet());
            for (String name : names) {
                change(kind, name, old.get(name), next.get(name)).ifPresent(changes::add);
            }
        });
        return changes;
    }

    private static Optional<Change> change(
            String kind, String name, @Nullable JsonNode before, @Nullable JsonNode after) {
        if (before == null || after == null) {
            return Optional.of(
                    new Change(
                            kind,
                            name,
                            before == null ? How.ADDED : How.REMOVED,
                            before == null ? NullNode.instance : before,
                            after == null ? NullNode.instance : after));
        }
        if (before.equals(after)) {
            return Optional.empty();
        }
        How how = meaning(before).equals(meaning(after)) ? How.REWRITTEN : How.CHANGED;
        return Optional.of(new Change(kind, name, how, before, after));
    }

    /** Without the version, which is of the bytes that are sent. */
    private static JsonNode meaning(JsonNode resource) {
        ObjectNode meaning = resource.deepCopy();
        meaning.remove("version");
        return meaning;
    }

    /** Names that proxies answer for are fields, each with its addresses; all else are items. */
    private static Map<String, JsonNode> byName(JsonNode resources) {
        Map<String, JsonNode> byName = new TreeMap<>();
        if (resources.isObject()) {
            resources
                    .properties()
                    .forEach(host ->
                            byName.put(
                                    host.getKey(),
                                    JsonNodeFactory.instance
                                            .objectNode()
                                            .put("name", host.getKey())
                                            .set("addresses", host.getValue())));
            return byName;
        }
        resources.forEach(resource -> byName.put(resource.path("name").asText(), resource));
        return byName;
    }

    /** The same, and why {@code upgrade --live} refuses it. */
    public UpgradePlan refused(Optional<String> why) {
        return new UpgradePlan(namespace, to, why.orElse(""), groups);
    }

    /** Whether nothing would change for anybody. */
    public boolean changesNothing() {
        return groups.stream().allMatch(group -> group.changes().isEmpty());
    }

    /** For people. */
    public String text() {
        StringBuilder text = new StringBuilder();
        int proxies = groups.stream().mapToInt(group -> group.pods().size()).sum();
        line(
                text,
                "namespace %s, %s, to %s"
                        .formatted(namespace, Counted.of(proxies, "proxy", "proxies"), to));
        for (Group group : groups) {
            line(text, "from %s: %s".formatted(group.from(), String.join(", ", group.pods())));
            if (group.changes().isEmpty()) {
                line(text, "  nothing changes");
            }
            for (String kind : KINDS.values()) {
                for (How how : How.values()) {
                    List<String> names =
                            group.changes().stream()
                                    .filter(it -> it.kind().equals(kind) && it.how() == how)
                                    .map(Change::name)
                                    .toList();
                    if (!names.isEmpty()) {
                        line(
                                text,
                                "  %s: %d %s"
                                        .formatted(
                                                kind,
                                                names.size(),
                                                how.name().toLowerCase(Locale.ROOT)));
                        names.forEach(name -> line(text, "    " + name));
                    }
                }
            }
        }
        if (!refused.isEmpty()) {
            line(text, "--live is refused: " + refused);
        }
        return text.toString();
    }

    private static void line(StringBuilder text, String line) {
        text.append(line).append('\n');
    }
}
