// SPDX-License-Identifier: Apache-2.0
package io.serin.injector.decide;

import com.fasterxml.jackson.databind.JsonNode;
import io.serin.injector.template.TemplateFault;
import io.serin.injector.template.TreeTemplate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Istio's ProxyConfig: annotation {@code proxy.istio.io/config} of a pod, and {@code defaultConfig}
 * of the {@linkplain MeshConfig mesh}.
 *
 * @param metadata field {@code proxyMetadata}: environment of the proxy, in the order given
 * @param hold field {@code holdApplicationUntilProxyStarts}
 * @param warnings one sentence for each field, and each variable of Istio's, that does nothing
 */
public record ProxyConfig(
        Map<String, String> metadata, Optional<Boolean> hold, List<String> warnings) {

    static final ProxyConfig NONE = new ProxyConfig(Map.of(), Optional.empty(), List.of());

    /** The variable of the proxy that sends questions for names to it. */
    public static final String DNS_CAPTURE = "ISTIO_META_DNS_CAPTURE";

    private static final Set<String> SWITCH = Set.of("true", "false");
    private static final String HOLD = "holdApplicationUntilProxyStarts";

    /** Fields that say how Envoy does what the proxy does anyhow, or does in its own way. */
    private static final Set<String> NO_EFFECT =
            Set.of(
                    "concurrency",
                    "drainDuration",
                    "extraStatTags",
                    "image",
                    "parentShutdownDuration",
                    "proxyStatsMatcher",
                    "sampling",
                    "terminationDrainDuration",
                    "tracing");

    public ProxyConfig {
        metadata = Collections.unmodifiableMap(new LinkedHashMap<>(metadata));
        warnings = List.copyOf(warnings);
    }

    /**
     * Reads it.
     *
     * @throws Refusal when it is not YAML, or asks for what is not supported
     */
    static ProxyConfig parse(String text) {
        String key = Annotation.PROXY_CONFIG.key();
        try {
            return of(fields(text), "annotation " + key);
        } catch (Refusal refused) {
            throw refused.in("metadata.annotations[" + key + "]");
        }
    }

    /**
     * Of its fields.
     *
     * @param where for warnings
     * @throws Refusal whose place is within the fields
     */
    static ProxyConfig of(JsonNode fields, String where) {
        Map<String, String> metadata = new LinkedHashMap<>();
        List<String> warnings = new ArrayList<>();
        for (Map.Entry<String, JsonNode> field : fields.properties()) {
            String name = field.getKey();
            if (name.equals("proxyMetadata")) {
                ProxyMetadata all = ProxyMetadata.of(field.getValue());
                metadata.putAll(all.variables());
                all.idle()
                        .forEach(variable ->
                                warnings.add(
                                        where + ": " + name + "." + variable + " has no effect"));
            } else if (name.equals(HOLD)) {
                if (!field.getValue().isBoolean()) {
                    throw refusal("." + HOLD, field.getValue().toString(), "true or false");
                }
            } else if (NO_EFFECT.contains(name)) {
                warnings.add(where + ": " + name + " has no effect");
            } else {
                throw refusal(
                        "." + name,
                        field.getValue().isValueNode()
                                ? field.getValue().asText()
                                : field.getValue().toString(),
                        "not to be set: it is not supported");
            }
        }
        Optional<Boolean> hold =
                fields.has(HOLD) ? Optional.of(fields.path(HOLD).asBoolean()) : Optional.empty();
        return new ProxyConfig(metadata, hold, warnings);
    }

    /** What this says, and what the mesh says where this says nothing; metadata name by name. */
    ProxyConfig over(ProxyConfig mesh) {
        Map<String, String> all = new LinkedHashMap<>(mesh.metadata);
        all.putAll(metadata);
        return new ProxyConfig(all, hold.or(mesh::hold), warnings);
    }

    /**
     * Whether a proxy answers the application's questions for names.
     *
     * @param environment all that it is told, whoever says it
     * @throws Refusal when it is told neither
     */
    public static boolean dnsCapture(Map<String, String> environment) {
        String value = environment.getOrDefault(DNS_CAPTURE, "false");
        if (!SWITCH.contains(value)) {
            // That of an annotation, and of the mesh, was looked at already.
            throw refusal(
                    DNS_CAPTURE + ", from the webhook's address or the pod's own istio-proxy",
                    value,
                    "true or false");
        }
        return value.equals("true");
    }

    static JsonNode fields(String text) {
        List<JsonNode> documents;
        try {
            documents = TreeTemplate.parseYaml(text);
        } catch (TemplateFault broken) {
            throw refusal("", text, "YAML");
        }
        if (documents.size() != 1 || !documents.getFirst().isObject()) {
            throw refusal("", text, "one YAML document with fields");
        }
        return documents.getFirst();
    }

    private static Refusal refusal(String place, String held, String expected) {
        return new Refusal(place, held, expected);
    }
}
