// SPDX-License-Identifier: Apache-2.0
package io.serin.cli.client;

import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What setting or removing a tag comes to.
 *
 * @param from where it points to; empty: there is no such tag
 * @param to where it is to point to; empty: it is to go
 * @param namespaces those whose labels ask for it
 * @param pods those for which the next start brings another sidecar than it would have
 */
public record TagPlan(
        String tag, String from, String to, List<String> namespaces, List<AffectedPod> pods) {

    /**
     * A pod that runs, and stays as it is until it is made anew.
     *
     * @param on the revision that it is on; empty for none
     * @param before whose sidecar its next start would bring as things are; empty for none
     * @param after whose it will bring
     */
    public record AffectedPod(
            String namespace,
            String pod,
            String workload,
            String on,
            String before,
            String after) {}

    public TagPlan {
        namespaces = List.copyOf(namespaces);
        pods = List.copyOf(pods);
    }

    /** All namespaces in which it is felt. */
    public Set<String> felt() {
        return Stream.concat(namespaces.stream(), pods.stream().map(AffectedPod::namespace))
                .collect(Collectors.toSet());
    }

    /** Whether all is so already. */
    public boolean isDone() {
        return from.equals(to);
    }
}
