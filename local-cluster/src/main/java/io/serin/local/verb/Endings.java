// SPDX-License-Identifier: Apache-2.0
package io.serin.local.verb;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.serin.local.admission.Admission;
import io.serin.local.admission.Attributes.Operation;
import io.serin.local.api.DeleteOptions;
import io.serin.local.api.DeleteOptions.Propagation;
import io.serin.local.api.Resources;
import io.serin.local.resource.Catalog;
import io.serin.local.resource.Faults;
import io.serin.local.resource.Kind;
import io.serin.local.store.Key;
import io.serin.local.store.Store;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Deletes: at once, or by marking an object as going until its finalizers are done, its processes
 * have ended, its namespace is empty. Any thread; blocks while webhooks are asked.
 */
public final class Endings {

    private static final int ATTEMPTS = 30;
    private static final String ORPHAN = "orphan";
    private static final String FOREGROUND = "foregroundDeletion";
    private static final Set<String> STAYS =
            Set.of("default", "kube-system", "kube-public", "kube-node-lease");

    private final Store store;
    private final Catalog catalog;
    private final Admission admission;
    private final Clock clock;

    public Endings(Store store, Catalog catalog, Admission admission, Clock clock) {
        this.store = store;
        this.catalog = catalog;
        this.admission = admission;
        this.clock = clock;
    }

    /**
     * What a client makes the deletion depend on.
     *
     * @param uid empty: any
     * @param resourceVersion empty: any
     */
    public record Preconditions(String uid, String resourceVersion) {
        public static final Preconditions NONE = new Preconditions("", "");
    }

    /**
     * What came of it.
     *
     * @param object its last state, or its state while it is going
     * @param gone whether it is gone already
     */
    public record Ended(ObjectNode object, boolean gone) {}

    /**
     * Deletes an object.
     *
     * @throws io.serin.local.api.ApiFault 404 when it is not there, 409 when a precondition fails
     */
    public Ended delete(
            Kind kind,
            String namespace,
            String name,
            DeleteOptions options,
            Preconditions preconditions,
            Call call) {
        Key key = Verbs.key(kind, namespace, name);
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            ObjectNode live = store.get(key).orElseThrow(() -> Faults.notFound(kind, name));
            check(kind, name, live, preconditions);
            if (kind.is(Resources.NAMESPACES) && STAYS.contains(name)) {
                throw Faults.forbidden(kind, name, "this namespace may not be deleted");
            }
            var attributes =
                    call.attributes(
                            kind,
                            "",
                            namespace,
                            Operation.DELETE,
                            Optional.empty(),
                            Optional.of(live));
            admission.mutate(attributes, changed -> {});
            admission.validate(attributes);
            ObjectNode next = mark(kind, live, options);
            boolean over = isOver(kind, next, next);
            if (call.dryRun()) {
                return new Ended(next, over);
            }
            if (over) {
                Optional<ObjectNode> last = store.remove(key, live);
                if (last.isPresent()) {
                    if (kind.is(Resources.CUSTOM_RESOURCE_DEFINITIONS)) {
                        forget(last.get(), call);
                    }
                    return new Ended(last.get(), true);
                }
            } else if (next.equals(live)) {
                return new Ended(live, false);
            } else {
                Optional<ObjectNode> stored = store.put(key, Optional.of(live), next);
                if (stored.isPresent()) {
                    return new Ended(stored.get(), false);
                }
            }
        }
        throw Faults.modified(kind, name);
    }

    /** Whether nothing holds an object any more that has been deleted. */
    static boolean isOver(Kind kind, ObjectNode live, ObjectNode next) {
        JsonNode metadata = next.path("metadata");
        return live.path("metadata").has("deletionTimestamp")
                && metadata.path("finalizers").isEmpty()
                && metadata.path("deletionGracePeriodSeconds").asLong(0) == 0
                && (!kind.is(Resources.NAMESPACES)
                        || next.path("spec").path("finalizers").isEmpty());
    }

    private ObjectNode mark(Kind kind, ObjectNode live, DeleteOptions options) {
        ObjectNode next = live.deepCopy();
        ObjectNode metadata = next.withObjectProperty("metadata");
        long grace = kind.is(Resources.PODS) ? grace(live, options) : 0;
        finalizers(metadata, options.propagation());
        Instant now = Instant.now(clock).truncatedTo(ChronoUnit.SECONDS);
        if (!metadata.has("deletionTimestamp")) {
            metadata.put("deletionTimestamp", now.plusSeconds(grace).toString());
            metadata.put("deletionGracePeriodSeconds", grace);
            if (metadata.has("generation")) {
                metadata.put("generation", metadata.path("generation").asLong() + 1);
            }
            if (kind.is(Resources.NAMESPACES)) {
                next.withObjectProperty("status").put("phase", "Terminating");
            }
        } else if (grace < metadata.path("deletionGracePeriodSeconds").asLong(0)) {
            // Asked again: sooner, never later.
            metadata.put("deletionTimestamp", now.plusSeconds(grace).toString());
            metadata.put("deletionGracePeriodSeconds", grace);
        }
        return next;
    }

    private static long grace(ObjectNode pod, DeleteOptions options) {
        String phase = pod.path("status").path("phase").asText();
        boolean runs = !pod.path("spec").path("nodeName").asText("").isEmpty();
        if (!runs || phase.equals("Failed") || phase.equals("Succeeded")) {
            return 0;
        }
        return options.gracePeriodSeconds()
                .map(Integer::longValue)
                .orElse(pod.path("spec").path("terminationGracePeriodSeconds").asLong(30));
    }

    private static void finalizers(ObjectNode metadata, Propagation propagation) {
        String wanted =
                switch (propagation) {
                    case BACKGROUND -> "";
                    case FOREGROUND -> FOREGROUND;
                    case ORPHAN -> ORPHAN;
                };
        if (wanted.isEmpty()) {
            return;
        }
        ArrayNode finalizers = metadata.withArrayProperty("finalizers");
        for (JsonNode each : finalizers) {
            if (each.asText().equals(wanted)) {
                return;
            }
        }
        finalizers.add(wanted);
    }

    private static void check(
            Kind kind, String name, ObjectNode live, Preconditions preconditions) {
        Identity.requireUid(kind, name, preconditions.uid(), live);
        String version = live.path("metadata").path("resourceVersion").asText();
        if (!preconditions.resourceVersion().isEmpty()
                && !preconditions.resourceVersion().equals(version)) {
            throw Faults.conflict(
                    kind,
                    name,
                    "Precondition failed: ResourceVersion in precondition: "
                            + preconditions.resourceVersion()
                            + ", ResourceVersion in object meta: "
                            + version);
        }
    }

    /** With a definition go its objects. */
    private void forget(ObjectNode definition, Call call) {
        JsonNode spec = definition.path("spec");
        String group = spec.path("group").asText();
        String plural = spec.path("names").path("plural").asText();
        List<Kind> kinds =
                catalog.kinds().stream()
                        .filter(kind ->
                                kind.resource().group().equals(group)
                                        && kind.resource().plural().equals(plural))
                        .toList();
        if (!kinds.isEmpty()) {
            Kind kind = kinds.getFirst();
            for (ObjectNode object : store.list(kind.collection(), "").objects()) {
                JsonNode metadata = object.path("metadata");
                delete(
                        kind,
                        metadata.path("namespace").asText(""),
                        metadata.path("name").asText(),
                        DeleteOptions.BACKGROUND,
                        Preconditions.NONE,
                        call);
            }
        }
        catalog.forget(definition.path("metadata").path("name").asText());
    }
}
