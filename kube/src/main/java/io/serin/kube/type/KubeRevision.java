// SPDX-License-Identifier: Apache-2.0
package io.serin.kube.type;

import java.util.List;
import java.util.Map;

/**
 * A revision of the control plane, as its objects tell.
 *
 * @param unready what it lacks; empty when new pods can be put on it
 * @param tags the names that stand for it
 * @param annotations of its Deployment
 */
public record KubeRevision(
        String revision, String unready, List<String> tags, Map<String, String> annotations) {

    public KubeRevision {
        tags = List.copyOf(tags);
        annotations = Map.copyOf(annotations);
    }

    /**
     * A pod of its control plane.
     *
     * @param ours whether it shows Serin's pages
     */
    public record Replica(ObjectName pod, boolean ours) {}
}
