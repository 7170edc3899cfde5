// SPDX-License-Identifier: Apache-2.0
package io.serin.injector;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.serin.injector.decide.Refusal;
import io.serin.injector.template.TreeTemplate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** Injects the pods in manifests, for clusters where the webhook is not wanted. Pure. */
public final class ManifestInjection {

    private final Injector injector;
    private final Consumer<String> notes;

    private ManifestInjection(Injector injector, Consumer<String> notes) {
        this.injector = injector;
        this.notes = notes;
    }

    /** As the other, without notes. */
    public static String inject(String yaml, Injector injector) {
        return inject(yaml, injector, note -> {});
    }

    /**
     * Injects every pod and pod template of a YAML text, those in a List too; all else comes out as
     * it went in, but for comments and the way it was written.
     *
     * @param notes takes a line for each pod, what became of it, and one for each warning
     * @throws Refusal naming the first pod that can't be injected
     * @throws io.serin.injector.template.TemplateFault when the text is not YAML
     */
    public static String inject(String yaml, Injector injector, Consumer<String> notes) {
        ManifestInjection injection = new ManifestInjection(injector, notes);
        List<JsonNode> documents = new ArrayList<>();
        TreeTemplate.parseYaml(yaml).forEach(object -> documents.add(injection.object(object)));
        return TreeTemplate.writeYaml(documents);
    }

    private JsonNode object(JsonNode object) {
        String kind = object.path("kind").asText();
        if (kind.equals("List")) {
            ObjectNode list = object.deepCopy();
            var items = list.putArray("items");
            object.path("items").forEach(item -> items.add(object(item)));
            return list;
        }
        return podPath(object.path("apiVersion").asText(), kind)
                .map(path -> holder(object, path))
                .orElse(object);
    }

    /** Where in an object its pod is; empty for kinds that have none. */
    private static Optional<String> podPath(String apiVersion, String kind) {
        return switch (apiVersion + " " + kind) {
            case "v1 Pod" -> Optional.of("");
            case "v1 ReplicationController",
                    "apps/v1 Deployment",
                    "apps/v1 StatefulSet",
                    "apps/v1 DaemonSet",
                    "apps/v1 ReplicaSet",
                    "batch/v1 Job" ->
                    Optional.of("/spec/template");
            case "batch/v1 CronJob" -> Optional.of("/spec/jobTemplate/spec/template");
            default -> Optional.empty();
        };
    }

    private JsonNode holder(JsonNode object, String path) {
        String namespace = object.path("metadata").path("namespace").asText("default");
        String name =
                object.path("kind").asText() + " " + object.path("metadata").path("name").asText();
        JsonNode pod = object.at(path);
        return switch (injector.inject(owned(object, pod, path), namespace, Map.of())) {
            case Injection.Injected(JsonNode injected, List<String> warnings) -> {
                note(name, "injected", warnings);
                yield path.isEmpty() ? injected : replaced(object, path, (ObjectNode) injected);
            }
            case Injection.Skipped(String reason, List<String> warnings) -> {
                note(name, "left as it is: " + reason, warnings);
                yield object;
            }
            case Injection.Refused(Refusal refusal) ->
                    throw refusal.in(
                            name
                                    + ": "
                                    + path.replaceFirst("^/", "").replace('/', '.')
                                    + (path.isEmpty() ? "" : "."));
        };
    }

    private void note(String name, String outcome, List<String> warnings) {
        notes.accept(name + ": " + outcome);
        warnings.forEach(warning -> notes.accept(name + ": warning: " + warning));
    }

    private static JsonNode replaced(JsonNode object, String path, ObjectNode pod) {
        ((ObjectNode) pod.path("metadata")).remove("ownerReferences");
        ObjectNode copy = object.deepCopy();
        int last = path.lastIndexOf('/');
        ((ObjectNode) copy.at(path.substring(0, last))).set(path.substring(last + 1), pod);
        return copy;
    }

    /** A template has no owner yet, but it is plain who that will be. */
    private static JsonNode owned(JsonNode object, JsonNode pod, String path) {
        if (path.isEmpty() || !pod.isObject() || !isObjectOrNothing(pod.path("metadata"))) {
            return pod;
        }
        ObjectNode owned = pod.deepCopy();
        owned.withObject("/metadata")
                .putArray("ownerReferences")
                .add(
                        JsonNodeFactory.instance
                                .objectNode()
                                .put("apiVersion", object.path("apiVersion").asText())
                                .put("kind", object.path("kind").asText())
                                .put("name", object.path("metadata").path("name").asText()));
        return owned;
    }

    private static boolean isObjectOrNothing(JsonNode node) {
        return node.isObject() || node.isMissingNode() || node.isNull();
    }
}
