// SPDX-License-Identifier: Apache-2.0
package io.serin.kube.write;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.serin.api.contract.Labels;
import io.serin.api.contract.Objects;
import io.serin.kube.Kube;
import io.serin.kube.KubeFault;
import io.serin.kube.type.KubeRootCertificate;

/** Tells the proxies of a namespace whom to trust. Blocks. */
public final class RootCertificates {

    private final KubernetesClient client;

    public RootCertificates(Kube kube) {
        this.client = kube.client();
    }

    /**
     * Tells them where nobody did.
     *
     * @return false where somebody was faster, or the namespace is on its way out
     * @throws KubernetesClientException when the API server can't be reached or refuses
     */
    public boolean make(KubeRootCertificate told) {
        try {
            var _ =
                    client.configMaps()
                            .inNamespace(told.namespace())
                            .resource(configMap(told))
                            .create();
            return true;
        } catch (KubernetesClientException refused) {
            if (KubeFault.isConflict(refused)
                    || KubeFault.isNotFound(refused)
                    || KubeFault.reason(refused).contains("being terminated")) {
                return false;
            }
            throw refused;
        }
    }

    /**
     * Tells them something else than before.
     *
     * @return false where nobody had told them
     * @throws KubernetesClientException when the API server can't be reached or refuses
     */
    public boolean replace(KubeRootCertificate told) {
        try {
            var _ =
                    client.configMaps()
                            .inNamespace(told.namespace())
                            .resource(configMap(told))
                            .update();
            return true;
        } catch (KubernetesClientException refused) {
            if (KubeFault.isNotFound(refused)) {
                return false;
            }
            throw refused;
        }
    }

    private static ConfigMap configMap(KubeRootCertificate told) {
        return new ConfigMapBuilder()
                .withNewMetadata()
                .withNamespace(told.namespace())
                .withName(Objects.ROOT_CERTIFICATE)
                .addToLabels(Labels.CONFIG, "true")
                .endMetadata()
                .addToData(Objects.ROOT_CERTIFICATE_KEY, told.roots())
                .build();
    }
}
