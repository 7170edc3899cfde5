// SPDX-License-Identifier: Apache-2.0
package io.serin.injector.decide;

import com.fasterxml.jackson.databind.JsonNode;
import io.serin.api.contract.Labels;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A pod's annotations, checked: what we honour holds what it may, and what would change the traffic
 * and is not supported is refused rather than ignored.
 */
public final class Annotations {

    /** Whose annotations are meant for an injector, known to it or not. */
    private static final List<String> FAMILIES =
            List.of(
                    "sidecar.istio.io/",
                    "traffic.sidecar.istio.io/",
                    "status.sidecar.istio.io/",
                    "readiness.status.sidecar.istio.io/",
                    "inject.istio.io/",
                    "proxy.istio.io/",
                    "prometheus.istio.io/");

    private final Map<Annotation, String> values = new EnumMap<>(Annotation.class);
    private final List<String> warnings = new ArrayList<>();
    private final ProxyConfig proxyConfig;

    private Annotations(JsonNode annotations, MeshConfig mesh) {
        annotations
                .properties()
                .forEach(annotation -> {
                    String key = annotation.getKey();
                    String value = annotation.getValue().asText();
                    Annotation.of(key)
                            .ifPresentOrElse(known -> take(known, value), () -> wonder(key));
                });
        String config = values.get(Annotation.PROXY_CONFIG);
        ProxyConfig own = config == null ? ProxyConfig.NONE : ProxyConfig.parse(config);
        proxyConfig = own.over(mesh.defaultConfig());
        warnings.addAll(own.warnings());
    }

    /**
     * Checks all that are there.
     *
     * @param mesh what holds where they say nothing
     * @throws Refusal naming the first that holds what it may not
     */
    public static Annotations of(JsonNode pod, MeshConfig mesh) {
        return new Annotations(pod.path("metadata").path("annotations"), mesh);
    }

    public Optional<String> get(Annotation annotation) {
        return Optional.ofNullable(values.get(annotation));
    }

    /** What annotation {@code proxy.istio.io/config} says, and the mesh where it does not. */
    public ProxyConfig proxyConfig() {
        return proxyConfig;
    }

    /** One sentence for each annotation that does nothing. */
    public List<String> warnings() {
        return List.copyOf(warnings);
    }

    private void take(Annotation annotation, String value) {
        if (!annotation.allows(value)) {
            throw Refusal.annotation(annotation.key(), value, annotation.expected());
        }
        values.put(annotation, value);
        if (annotation.standing() == Annotation.Standing.NO_EFFECT) {
            warnings.add(
                    "annotation " + annotation.key() + " has no effect: " + annotation.meaning());
        }
    }

    /** Whether an annotation of that name is looked at by an injector, or meant to be. */
    public static boolean isForInjectors(String key) {
        return key.equals(Labels.REVISION)
                || key.startsWith("prometheus.io/")
                || Annotation.of(key).isPresent()
                || FAMILIES.stream().anyMatch(key::startsWith);
    }

    private void wonder(String key) {
        if (FAMILIES.stream().anyMatch(key::startsWith)) {
            warnings.add("annotation " + key + " is not known, and has no effect");
        }
    }
}
