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

    /** Its texts by key; empty when there is none. */
    public Optional<Map<String, String>> read(ObjectName name) {
        Secret secret = client.secrets().inNamespace(name.namespace()).withName(name.name()).get();
        if (secret == null || secret.getData() == null) {
            return Optional.empty();
        }
        Map<String, String> texts = new TreeMap<>();
        secret.getData()
                .forEach((key, value) ->
                        texts.put(
                                key,
                                new String(
                                        Base64.getDecoder().decode(value),
                                        StandardCharsets.UTF_8)));
        return Optional.of(texts);
    }

    /**
     * Writes it, over an older one.
     *
     * @param onlyIfAbsent whether to leave one alone that is there already
     * @return false when another replica was faster
     */
    public boolean write(
            ObjectName name,
            Map<String, String> labels,
            Map<String, String> texts,
            boolean onlyIfAbsent) {
        Secret secret =
                new SecretBuilder()
                        .withNewMetadata()
                        .withNamespace(name.namespace())
                        .withName(name.name())
                        .withLabels(labels)
                        .endMetadata()
                        .withType("kubernetes.io/tls")
                        .withStringData(texts)
                        .build();
        var resource = client.secrets().inNamespace(name.namespace()).resource(secret);
        try {
            var _ = onlyIfAbsent ? resource.create() : resource.update();
            return true;
        } catch (KubernetesClientException refused) {
            if (refused.getCode() == CONFLICT) {
                return false;
            }
            throw refused;
        }
    }
}
