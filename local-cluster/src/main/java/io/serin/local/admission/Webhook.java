// SPDX-License-Identifier: Apache-2.0
package io.serin.local.admission;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.serin.local.api.Resource;
import io.serin.local.resource.Kind;
import io.serin.local.resource.LabelSelector;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * One webhook of a configuration.
 *
 * @param id unique among all of them, stable while the configuration is
 * @param entry the {@code MutatingWebhook} or {@code ValidatingWebhook}, defaults set
 */
record Webhook(String id, JsonNode entry) {

    String name() {
        return entry.path("name").asText();
    }

    boolean ignoresFailure() {
        return entry.path("failurePolicy").asText().equals("Ignore");
    }

    boolean reinvokedIfNeeded() {
        return entry.path("reinvocationPolicy").asText().equals("IfNeeded");
    }

    int timeoutSeconds() {
        return entry.path("timeoutSeconds").asInt(10);
    }

    /** Whether it may be called when nothing shall come of it. */
    boolean supportsDryRun() {
        String effects = entry.path("sideEffects").asText();
        return effects.equals("None") || effects.equals("NoneOnDryRun");
    }

    JsonNode clientConfig() {
        return entry.path("clientConfig");
    }

    /**
     * As which resource it is to be asked; empty when it is not.
     *
     * @param versions all versions of the request's resource
     * @param namespaceLabels of a namespace by its name
     */
    Optional<Resource> asked(
            Attributes attributes,
            List<Resource> versions,
            Function<String, JsonNode> namespaceLabels) {
        return matchesNamespace(attributes, namespaceLabels) && matchesObject(attributes)
                ? ruled(attributes, versions)
                : Optional.empty();
    }

    private Optional<Resource> ruled(Attributes attributes, List<Resource> versions) {
        Resource requested = attributes.kind().resource();
        for (JsonNode rule : entry.path("rules")) {
            if (isRuled(rule, requested, attributes)) {
                return Optional.of(requested);
            }
        }
        if (!entry.path("matchPolicy").asText().equals("Equivalent")) {
            return Optional.empty();
        }
        // Earlier rules first, as in Kubernetes.
        for (JsonNode rule : entry.path("rules")) {
            for (Resource version : versions) {
                if (isRuled(rule, version, attributes)) {
                    return Optional.of(version);
                }
            }
        }
        return Optional.empty();
    }

    private static boolean isRuled(JsonNode rule, Resource resource, Attributes attributes) {
        return has(rule.path("operations"), attributes.operation().name())
                && has(rule.path("apiGroups"), resource.group())
                && has(rule.path("apiVersions"), resource.version())
                && matchesScope(rule.path("scope").asText("*"), attributes.kind())
                && matchesResource(rule.path("resources"), attributes);
    }

    private static boolean matchesScope(String scope, Kind kind) {
        // A Namespace is cluster-scoped.
        return switch (scope) {
            case "Namespaced" -> kind.resource().namespaced();
            case "Cluster" -> !kind.resource().namespaced();
            default -> true;
        };
    }

    private static boolean matchesResource(JsonNode resources, Attributes attributes) {
        String plural = attributes.kind().resource().plural();
        String sub = attributes.subresource();
        for (JsonNode each : resources) {
            String resource = each.asText();
            if (resource.equals("*/*")) {
                return true;
            }
            int slash = resource.indexOf('/');
            String wantedPlural = slash < 0 ? resource : resource.substring(0, slash);
            String wantedSub = slash < 0 ? "" : resource.substring(slash + 1);
            if ((wantedPlural.equals("*") || wantedPlural.equals(plural))
                    && (wantedSub.equals(sub) || (wantedSub.equals("*") && slash >= 0))) {
                return true;
            }
        }
        return false;
    }

    private boolean matchesNamespace(
            Attributes attributes, Function<String, JsonNode> namespaceLabels) {
        LabelSelector selector = LabelSelector.of(entry.path("namespaceSelector"));
        if (selector.isEverything()) {
            return true;
        }
        Kind kind = attributes.kind();
        if (kind.resource().group().isEmpty() && kind.resource().kind().equals("Namespace")) {
            return selector.matches(
                    attributes.object().isPresent() ? attributes.labels() : attributes.oldLabels());
        }
        return !kind.resource().namespaced()
                || selector.matches(namespaceLabels.apply(attributes.namespace()));
    }

    private boolean matchesObject(Attributes attributes) {
        LabelSelector selector = LabelSelector.of(entry.path("objectSelector"));
        return selector.isEverything()
                || (attributes.object().isPresent() && selector.matches(attributes.labels()))
                || (attributes.old().isPresent() && selector.matches(attributes.oldLabels()));
    }

    private static boolean has(JsonNode values, String value) {
        for (JsonNode each : values) {
            if (each.asText().equals("*") || each.asText().equals(value)) {
                return true;
            }
        }
        return false;
    }

    static Webhook of(String configuration, int index, ObjectNode entry) {
        return new Webhook(configuration + "/" + index + "/" + entry.path("name").asText(), entry);
    }
}
