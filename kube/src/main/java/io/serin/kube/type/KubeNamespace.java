// SPDX-License-Identifier: Apache-2.0
package io.serin.kube.type;

/**
 * A namespace.
 *
 * @param namespace its name
 * @param liveRevision annotation {@code serin.io/live-revision}: the revision whose control plane
 *     its running proxies are to be at, whatever injected them; empty for none
 */
public record KubeNamespace(String namespace, String liveRevision) implements KubeObject {

    @Override
    public ObjectName name() {
        return new ObjectName("", namespace);
    }
}
