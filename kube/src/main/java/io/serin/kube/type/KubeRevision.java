// SPDX-License-Identifier: Apache-2.0
package io.serin.kube.type;

import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * A revision of the control plane, as its objects tell.
 *
 * @param unready what it lacks; empty when new pods can be put on it
 * @param tags the names that stand for it
 * @param everywhere whether it takes in pods that no label speaks of: by its own webhooks, or by
 *     those of a tag
 * @param annotations of its Deployment
 * @param release what its Deployment tells of how it was installed
 */
public record KubeRevision(
        String revision,
        String unready,
        List<String> tags,
        boolean everywhere,
        Map<String, String> annotations,
        Release release) {

    public KubeRevision {
        tags = List.copyOf(tags);
        annotations = Map.copyOf(annotations);
    }

    /** The same with a tag, or without it. */
    public KubeRevision tagged(String tag, boolean isTagged) {
        List<String> others = tags.stream().filter(name -> !name.equals(tag)).toList();
        return new KubeRevision(
                revision,
                unready,
                isTagged ? Stream.concat(others.stream(), Stream.of(tag)).toList() : others,
                everywhere,
                annotations,
                release);
    }

    /**
     * How it was installed.
     *
     * @param channel label {@code serin.io/channel}; empty for none
     * @param version label {@code app.kubernetes.io/version}; empty for none
     * @param created when, in ISO 8601, so that later ones are greater
     * @param template the number of its pods' template: another one for every change of it
     */
    public record Release(String channel, String version, String created, String template) {

        public static final Release NONE = new Release("", "", "", "");
    }

    /**
     * A pod of its control plane.
     *
     * @param ours whether it shows Serin's pages
     */
    public record Replica(ObjectName pod, boolean ours) {}
}
