// SPDX-License-Identifier: Apache-2.0
package io.serin.local.patch;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.serin.local.api.ApiFault;
import io.serin.local.api.Times;
import io.serin.local.resource.Shape;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Who owns which fields: {@code metadata.managedFields}, and server-side apply on top of it. After
 * sigs.k8s.io/structured-merge-diff, merge.Updater. Pure but for the clock.
 */
public final class Ownership {

    private static final List<String> NOBODYS =
            List.of(
                    "name",
                    "namespace",
                    "creationTimestamp",
                    "selfLink",
                    "uid",
                    "generation",
                    "managedFields",
                    "resourceVersion");

    private final Clock clock;

    public Ownership(Clock clock) {
        this.clock = clock;
    }

    /**
     * Who writes.
     *
     * @param apiVersion in which the object is written
     * @param subresource empty for the object itself
     */
    public record Writer(String manager, String apiVersion, String subresource) {}

    private record Owner(String manager, String operation, String apiVersion, String subresource) {}

    private static final class Owned {
        private FieldSet fields = new FieldSet();
        private String time = "";
        private boolean changed;

        void set(FieldSet next) {
            changed |= !next.equals(fields);
            fields = next;
        }
    }

    /**
     * Gives the writer what differs between the two states, and writes that down in the second.
     *
     * @param live without fields when the object is new
     */
    public void update(Shape shape, ObjectNode live, ObjectNode next, Writer writer) {
        Map<Owner, Owned> owners = read(live);
        JsonNode stated = next.path("metadata").path("managedFields");
        if (stated.size() == 1 && stated.get(0).isEmpty()) {
            // The way to start anew: managedFields: [{}].
            owners.clear();
        }
        Comparison comparison = Comparison.of(shape, live, next);
        FieldSet touched =
                visible(comparison.added().union(comparison.modified()), writer.subresource());
        FieldSet gone = comparison.removed();
        Owner self =
                new Owner(writer.manager(), "Update", writer.apiVersion(), writer.subresource());
        owners.forEach((owner, owned) -> {
            FieldSet taken = owner.equals(self) ? gone : gone.union(touched);
            owned.set(owned.fields.minus(taken));
        });
        if (!touched.isEmpty()) {
            Owned own = owners.computeIfAbsent(self, absent -> new Owned());
            own.set(own.fields.union(touched));
        }
        write(next, owners);
    }

    /**
     * Server-side apply.
     *
     * @param live without fields when the object is new
     * @param applied what the writer wants to be true; not changed
     * @param force whether to take fields that others own
     * @return the object as it is to be, {@code managedFields} included
     * @throws ApiFault 409 when others own fields that would change
     */
    public ObjectNode apply(
            Shape shape, ObjectNode live, ObjectNode applied, Writer writer, boolean force) {
        Map<Owner, Owned> owners = read(live);
        Owner self =
                new Owner(writer.manager(), "Apply", writer.apiVersion(), writer.subresource());
        FieldSet wanted = visible(Comparison.everything(shape, applied), writer.subresource());
        FieldSet last = owners.containsKey(self) ? owners.get(self).fields : new FieldSet();
        owners.computeIfAbsent(self, absent -> new Owned()).set(wanted);

        ObjectNode next = (ObjectNode) Merging.merge(shape, live, applied);
        FieldSet all = new FieldSet();
        for (Owned owned : owners.values()) {
            all = all.union(owned.fields);
        }
        // An object has metadata whoever owns what is in it.
        all.children().computeIfAbsent("f:metadata", absent -> new FieldSet());
        Merging.prune(shape, next, last, all);

        Comparison comparison = Comparison.of(shape, live, next);
        FieldSet touched = comparison.added().union(comparison.modified());
        Map<Owner, FieldSet> conflicts = new LinkedHashMap<>();
        owners.forEach((owner, owned) -> {
            FieldSet disputed = owned.fields.intersect(touched);
            if (!owner.equals(self) && !disputed.isEmpty()) {
                conflicts.put(owner, disputed);
            }
        });
        if (!force && !conflicts.isEmpty()) {
            throw conflict(conflicts);
        }
        owners.forEach((owner, owned) -> {
            if (!owner.equals(self)) {
                owned.set(
                        owned.fields.minus(
                                comparison
                                        .removed()
                                        .union(conflicts.getOrDefault(owner, new FieldSet()))));
            }
        });
        write(next, owners);
        return next;
    }

    /** Without what nobody owns, and what this endpoint doesn't write. */
    private static FieldSet visible(FieldSet fields, String subresource) {
        FieldSet left = fields.without("f:apiVersion").without("f:kind");
        FieldSet stripped = new FieldSet();
        left.children()
                .forEach((step, child) -> {
                    FieldSet kept = child;
                    if (step.equals("f:metadata")) {
                        for (String field : NOBODYS) {
                            kept = kept.without("f:" + field);
                        }
                        if (kept.children().isEmpty()) {
                            return;
                        }
                    }
                    stripped.children().put(step, kept.copy());
                });
        return switch (subresource) {
            case "" -> stripped.without("f:status");
            case "status" -> stripped.only("f:status");
            default -> stripped;
        };
    }

    private static Map<Owner, Owned> read(ObjectNode object) {
        Map<Owner, Owned> owners = new LinkedHashMap<>();
        for (JsonNode entry : object.path("metadata").path("managedFields")) {
            Owned owned = new Owned();
            owned.fields = FieldSet.parse(entry.path("fieldsV1"));
            owned.time = entry.path("time").asText();
            owners.put(
                    new Owner(
                            entry.path("manager").asText(),
                            entry.path("operation").asText(),
                            entry.path("apiVersion").asText(),
                            entry.path("subresource").asText()),
                    owned);
        }
        return owners;
    }

    private void write(ObjectNode object, Map<Owner, Owned> owners) {
        ArrayNode entries = JsonNodeFactory.instance.arrayNode();
        String now = Times.text(clock.instant());
        // As Kubernetes sorts them: applies first.
        List<Map.Entry<Owner, Owned>> sorted = new ArrayList<>(owners.entrySet());
        sorted.sort((a, b) -> a.getKey().operation().compareTo(b.getKey().operation()));
        for (Map.Entry<Owner, Owned> held : sorted) {
            Owner owner = held.getKey();
            Owned owned = held.getValue();
            if (owned.fields.isEmpty()) {
                continue;
            }
            ObjectNode entry = entries.addObject();
            entry.put("manager", owner.manager());
            entry.put("operation", owner.operation());
            entry.put("apiVersion", owner.apiVersion());
            entry.put("time", owned.changed || owned.time.isEmpty() ? now : owned.time);
            entry.put("fieldsType", "FieldsV1");
            entry.set("fieldsV1", owned.fields.write());
            if (!owner.subresource().isEmpty()) {
                entry.put("subresource", owner.subresource());
            }
        }
        ObjectNode metadata = object.withObjectProperty("metadata");
        if (entries.isEmpty()) {
            metadata.remove("managedFields");
        } else {
            metadata.set("managedFields", entries);
        }
    }

    private static ApiFault conflict(Map<Owner, FieldSet> conflicts) {
        ArrayNode causes = JsonNodeFactory.instance.arrayNode();
        StringBuilder message = new StringBuilder();
        int count = 0;
        for (Map.Entry<Owner, FieldSet> conflict : conflicts.entrySet()) {
            Owner owner = conflict.getKey();
            String with =
                    "\""
                            + owner.manager()
                            + "\""
                            + (owner.subresource().isEmpty()
                                    ? ""
                                    : " with subresource \"" + owner.subresource() + "\"")
                            + " using "
                            + owner.apiVersion();
            List<String> paths = conflict.getValue().paths();
            count += paths.size();
            if (!message.isEmpty()) {
                message.append('\n');
            }
            if (paths.size() == 1) {
                message.append("conflict with ").append(with).append(": ").append(paths.get(0));
            } else {
                message.append("conflicts with ").append(with).append(':');
                paths.forEach(path -> message.append("\n- ").append(path));
            }
            for (String path : paths) {
                causes.addObject()
                        .put("reason", "FieldManagerConflict")
                        .put("message", "conflict with " + with)
                        .put("field", path);
            }
        }
        ApiFault fault =
                ApiFault.of(
                        409,
                        "Conflict",
                        "Apply failed with "
                                + count
                                + (count == 1 ? " conflict: " : " conflicts: ")
                                + message);
        fault.status().putObject("details").set("causes", causes);
        return fault;
    }

    /** Whether two states are the same but for when their fields were last written. */
    public static boolean sameButForTimes(ObjectNode a, ObjectNode b) {
        return withoutTimes(a).equals(withoutTimes(b));
    }

    private static ObjectNode withoutTimes(ObjectNode object) {
        ObjectNode copy = object.deepCopy();
        ObjectNode metadata = copy.withObjectProperty("metadata");
        metadata.remove("resourceVersion");
        for (Iterator<JsonNode> entries = metadata.path("managedFields").iterator();
                entries.hasNext(); ) {
            ((ObjectNode) entries.next()).remove("time");
        }
        return copy;
    }
}
