// SPDX-License-Identifier: Apache-2.0
package io.serin.injector;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.serin.injector.template.TreeTemplate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Injects the pods in manifests, for clusters where the webhook is not wanted. Pure. */
public final class ManifestInjection {

    private ManifestInjection() {}

    /**
     * Injects every pod and pod template of a YAML text; all else comes out as it went in.
     *
     * @throws io.serin.injector.decide.Refusal naming the first pod that can't be injected
     * @throws io.serin.injector.template.TemplateFault when the text is not YAML
     */
    public static String inject(String yaml, Injector injector) {
        List<JsonNode> documents = new ArrayList<>();
        for (JsonNode document : TreeTemplate.parseYaml(yaml)) {
            documents.add(document(document.deepCopy(), injector));
        }
        return TreeTemplate.writeYaml(documents);
    }

    private static JsonNode document(JsonNode document, Injector injector) {
        String path =
                switch (document.path("kind").asText()) {
                    case "Pod" -> "";
                    case "Deployment", "StatefulSet", "DaemonSet", "ReplicaSet", "Job" ->
                            "/spec/template";
                    case "CronJob" -> "/spec/jobTemplate/spec/template";
                    default -> "none";
                };
        if (path.equals("none")) {
            return document;
        }
        JsonNode pod = document.at(path);
        String namespace = document.path("metadata").path("namespace").asText("default");
        Injection injection =
                injector.inject(withOwner(document, pod, path.isEmpty()), namespace, Map.of());
        return switch (injection) {
            case Injection.Skipped skipped -> document;
            case Injection.Injected(JsonNode injected, List<String> warnings) -> {
                if (path.isEmpty()) {
                    yield injected;
                }
                ((ObjectNode) injected.path("metadata")).remove("ownerReferences");
                ((ObjectNode) document.at(path)).setAll((ObjectNode) injected);
                yield document;
            }
        };
    }

    /** A template has no owner yet, but it is plain who that will be. */
    private static JsonNode withOwner(JsonNode document, JsonNode pod, boolean isPod) {
        if (isPod) {
            return pod;
        }
        ObjectNode owned = pod.deepCopy();
        owned.withObject("/metadata")
                .putArray("ownerReferences")
                .add(
                        JsonNodeFactory.instance
                                .objectNode()
                                .put("apiVersion", document.path("apiVersion").asText())
                                .put("kind", document.path("kind").asText())
                                .put("name", document.path("metadata").path("name").asText()));
        return owned;
    }
}
