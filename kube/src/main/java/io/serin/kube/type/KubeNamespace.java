// SPDX-License-Identifier: Apache-2.0
package io.serin.kube.type;

import java.util.Map;

/**
 * A namespace.
 *
 * @param version {@code metadata.resourceVersion}: another one for every change
 * @param liveRevision annotation {@code serin.io/live-revision}: the revision whose control plane
 *     its running proxies are to be at, whatever injected them; empty for none
 */
public record KubeNamespace(
        String namespace,
        String uid,
        String version,
        Map<String, String> labels,
        String liveRevision)
        implements KubeObject {

    public KubeNamespace {
        labels = Map.copyOf(labels);
    }

    @Override
    public ObjectName name() {
        return new ObjectName("", namespace);
    }
}
