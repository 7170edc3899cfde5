// SPDX-License-Identifier: Apache-2.0
package io.serin.kube.write;

import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.serin.kube.Kube;
import io.serin.kube.type.ObjectName;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Secrets that several replicas share. Blocks. */
public final class Secrets {

    private static final int CONFLICT = 409;

    private final KubernetesClient client;

    public Secrets(Kube kube) {
        this.client = kube.client();
    }

    /**
     * What one holds.
     *
     * @param texts by key
     * @param version by which a writer says what it has seen
     */
    public record Held(Map<String, String> texts, String version) {
        public Held {
            texts = Map.copyOf(texts);
        }
    }

    /** Empty when there is none. */
    public Optional<Held> read(ObjectName name) {
        Secret secret = client.secrets().inNamespace(name.namespace()).withName(name.name()).get();
        if (secret == null) {
            return Optional.empty();
        }
        Map<String, String> texts = new TreeMap<>();
        Map<String, String> data = secret.getData() == null ? Map.of() : secret.getData();
        data.forEach((key, value) ->
                texts.put(
                        key,
                        new String(Base64.getDecoder().decode(value), StandardCharsets.UTF_8)));
        return Optional.of(new Held(texts, secret.getMetadata().getResourceVersion()));
    }

    /**
     * Writes it.
     *
     * @param type of the Secret; can't be changed later
     * @param seen the version that it replaces; empty where there was none
     * @return false when another replica was faster
     */
    public boolean write(
            ObjectName name,
            String type,
            Map<String, String> labels,
            Map<String, String> texts,
            Optional<String> seen) {
        Map<String, String> data = new TreeMap<>();
        texts.forEach((key, text) ->
                data.put(
                        key,
                        Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8))));
        Secret secret =
                new SecretBuilder()
                        .withNewMetadata()
                        .withNamespace(name.namespace())
                        .withName(name.name())
                        .withLabels(labels)
                        .withResourceVersion(seen.orElse(null))
                        .endMetadata()
                        .withType(type)
                        .withData(data)
                        .build();
        var resource = client.secrets().inNamespace(name.namespace()).resource(secret);
        try {
            var _ = seen.isEmpty() ? resource.create() : resource.update();
            return true;
        } catch (KubernetesClientException refused) {
            if (refused.getCode() == CONFLICT) {
                return false;
            }
            throw refused;
        }
    }
}
