// SPDX-License-Identifier: Apache-2.0
package io.serin.kube.type;

import java.util.Map;

/**
 * A namespace with all that is written on it.
 *
 * @param version {@code metadata.resourceVersion}: another one for every change
 * @param ending whether it is being deleted: what is there goes, and nothing new is let in
 */
public record MarkedNamespace(
        String namespace,
        String version,
        boolean ending,
        Map<String, String> labels,
        Map<String, String> annotations)
        implements KubeObject {

    public MarkedNamespace {
        labels = Map.copyOf(labels);
        annotations = Map.copyOf(annotations);
    }

    @Override
    public ObjectName name() {
        return new ObjectName("", namespace);
    }
}
