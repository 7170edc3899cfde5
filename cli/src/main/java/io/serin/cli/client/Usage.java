// SPDX-License-Identifier: Apache-2.0
package io.serin.cli.client;

import io.serin.api.name.Revision;
import io.serin.kube.read.ClusterReader;
import io.serin.kube.type.KubePod;
import java.util.ArrayList;
import java.util.List;

/**
 * Who is on a revision.
 *
 * @param pods those that it injected, and those whose proxies are connected to it
 * @param namespaces those whose labels ask for it
 */
public record Usage(List<String> pods, List<String> namespaces) {

    private static final int NAMED = 30;

    public static Usage of(ClusterReader reader, Revision revision) {
        List<String> pods = new ArrayList<>();
        for (KubePod pod : reader.pods()) {
            if (pod.revision().equals(revision.value())) {
                pods.add(pod.name().toString());
            }
        }
        for (ProxySync proxy : ProxySync.of(reader)) {
            String name = proxy.namespace() + "/" + proxy.pod();
            if (proxy.servedBy().equals(revision.value()) && !pods.contains(name)) {
                pods.add(name);
            }
        }
        List<String> namespaces = new ArrayList<>();
        reader.namespaceLabels()
                .forEach((name, labels) -> {
                    if (DesiredRevision.of(labels).filter(revision.value()::equals).isPresent()) {
                        namespaces.add(name);
                    }
                });
        return new Usage(pods, namespaces);
    }

    public boolean isInUse() {
        return !pods.isEmpty() || !namespaces.isEmpty();
    }

    public String describe() {
        List<String> parts = new ArrayList<>();
        if (!pods.isEmpty()) {
            List<String> named = pods.subList(0, Math.min(NAMED, pods.size()));
            parts.add(
                    "by "
                            + pods.size()
                            + " proxies ("
                            + String.join(", ", named)
                            + (named.size() < pods.size() ? ", …" : "")
                            + ")");
        }
        if (!namespaces.isEmpty()) {
            parts.add("wanted by namespaces " + String.join(", ", namespaces));
        }
        return String.join("; ", parts);
    }
}
