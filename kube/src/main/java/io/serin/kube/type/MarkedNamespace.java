// SPDX-License-Identifier: Apache-2.0
package io.serin.kube.type;

import java.util.Map;

/** A namespace with all that is written on it. */
public record MarkedNamespace(
        String namespace, Map<String, String> labels, Map<String, String> annotations)
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
