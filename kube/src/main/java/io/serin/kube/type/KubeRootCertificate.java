// SPDX-License-Identifier: Apache-2.0
package io.serin.kube.type;

import io.serin.api.contract.Objects;

/**
 * Whom the proxies of a namespace are told to trust.
 *
 * @param roots PEM; empty where the ConfigMap does not say
 */
public record KubeRootCertificate(String namespace, String roots) implements KubeObject {

    @Override
    public ObjectName name() {
        return new ObjectName(namespace, Objects.ROOT_CERTIFICATE);
    }
}
