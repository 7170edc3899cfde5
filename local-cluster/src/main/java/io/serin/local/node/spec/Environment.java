// SPDX-License-Identifier: Apache-2.0
package io.serin.local.node.spec;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.serin.local.api.ClusterApi;
import io.serin.local.api.Meta;
import io.serin.local.api.Resource;
import io.serin.local.api.Resources;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The environment of a container: Services, then {@code envFrom}, then {@code env}. */
public final class Environment {

    private final ClusterApi api;
    private final JsonNode pod;
    private final PodFields fields;

    public Environment(ClusterApi api, JsonNode pod, PodFields fields) {
        this.api = api;
        this.pod = pod;
        this.fields = fields;
    }

    /**
     * @throws ConfigFailure when a ConfigMap, Secret, key or field that is not optional is missing
     */
    public Map<String, String> of(JsonNode container) {
        Map<String, String> environment = services();
        for (JsonNode source : container.path("envFrom")) {
            String prefix = source.path("prefix").asText();
            from(source).forEach((key, value) -> environment.put(prefix + key, value));
        }
        for (JsonNode variable : container.path("env")) {
            value(variable, container, environment)
                    .ifPresent(value -> environment.put(variable.path("name").asText(), value));
        }
        return environment;
    }

    private Optional<String> value(
            JsonNode variable, JsonNode container, Map<String, String> before) {
        JsonNode from = variable.path("valueFrom");
        if (from.isMissingNode() || from.isNull()) {
            return Optional.of(Expansion.expand(variable.path("value").asText(), before));
        }
        if (from.has("fieldRef")) {
            return Optional.of(fields.field(from.path("fieldRef").path("fieldPath").asText()));
        }
        if (from.has("resourceFieldRef")) {
            return Optional.of(
                    fields.resource(
                            from.path("resourceFieldRef"), container.path("name").asText()));
        }
        if (from.has("configMapKeyRef")) {
            return key(Resources.CONFIG_MAPS, from.path("configMapKeyRef"));
        }
        if (from.has("secretKeyRef")) {
            return key(Resources.SECRETS, from.path("secretKeyRef"));
        }
        throw new ConfigFailure(
                "env %s: valueFrom: %s (expected: fieldRef, resourceFieldRef, configMapKeyRef or secretKeyRef)"
                        .formatted(variable.path("name").asText(), from));
    }

    private Optional<String> key(Resource kind, JsonNode reference) {
        boolean optional = reference.path("optional").asBoolean();
        String name = reference.path("name").asText();
        String key = reference.path("key").asText();
        Optional<ObjectNode> held = find(kind, name, optional);
        if (held.isEmpty()) {
            return Optional.empty();
        }
        String value = data(kind, held.get()).get(key);
        if (value == null && !optional) {
            throw new ConfigFailure(
                    "couldn't find key %s in %s %s/%s"
                            .formatted(key, kind.kind(), Meta.namespace(pod), name));
        }
        return Optional.ofNullable(value);
    }

    private Map<String, String> from(JsonNode source) {
        for (Resource kind : new Resource[] {Resources.CONFIG_MAPS, Resources.SECRETS}) {
            JsonNode reference =
                    source.path(kind.equals(Resources.SECRETS) ? "secretRef" : "configMapRef");
            if (reference.isObject()) {
                boolean optional = reference.path("optional").asBoolean();
                return find(kind, reference.path("name").asText(), optional)
                        .map(held -> data(kind, held))
                        .orElse(Map.of());
            }
        }
        throw new ConfigFailure("envFrom: " + source + " (expected: configMapRef or secretRef)");
    }

    private Optional<ObjectNode> find(Resource kind, String name, boolean optional) {
        Optional<ObjectNode> held = api.get(kind, Meta.namespace(pod), name);
        if (held.isEmpty() && !optional) {
            throw new ConfigFailure(
                    "%s \"%s\" not found".formatted(kind.kind().toLowerCase(Locale.ROOT), name));
        }
        return held;
    }

    private static Map<String, String> data(Resource kind, JsonNode object) {
        Map<String, String> data = Meta.strings(object.path("data"));
        if (kind.equals(Resources.SECRETS)) {
            data.replaceAll((_, value) ->
                    new String(Base64.getDecoder().decode(value), StandardCharsets.UTF_8));
        }
        return data;
    }

    /**
     * {@code kubernetes} always; the pod's namespace's unless {@code enableServiceLinks: false}.
     */
    private Map<String, String> services() {
        Map<String, JsonNode> linked = new TreeMap<>();
        if (pod.path("spec").path("enableServiceLinks").asBoolean(true)) {
            api.list(Resources.SERVICES, Meta.namespace(pod), _ -> true)
                    .forEach(service -> linked.put(Meta.name(service), service));
        }
        api.get(Resources.SERVICES, "default", "kubernetes")
                .ifPresent(service -> linked.put("kubernetes", service));
        Map<String, String> environment = new LinkedHashMap<>();
        linked.forEach((name, service) -> link(name, service, environment));
        return environment;
    }

    private static void link(String name, JsonNode service, Map<String, String> into) {
        String address = service.path("spec").path("clusterIP").asText();
        JsonNode ports = service.path("spec").path("ports");
        if (address.isEmpty() || address.equals("None") || ports.isEmpty()) {
            return;
        }
        String prefix = name.toUpperCase(Locale.ROOT).replace('-', '_');
        into.put(prefix + "_SERVICE_HOST", address);
        into.put(prefix + "_SERVICE_PORT", ports.get(0).path("port").asText());
        for (JsonNode port : ports) {
            String number = port.path("port").asText();
            String protocol = port.path("protocol").asText("TCP");
            String lower = protocol.toLowerCase(Locale.ROOT);
            String one = prefix + "_PORT_" + number + "_" + protocol;
            if (!port.path("name").asText().isEmpty()) {
                into.put(
                        prefix
                                + "_SERVICE_PORT_"
                                + port.path("name")
                                        .asText()
                                        .toUpperCase(Locale.ROOT)
                                        .replace('-', '_'),
                        number);
            }
            into.putIfAbsent(prefix + "_PORT", lower + "://" + address + ":" + number);
            into.put(one, lower + "://" + address + ":" + number);
            into.put(one + "_PROTO", lower);
            into.put(one + "_PORT", number);
            into.put(one + "_ADDR", address);
        }
    }
}
