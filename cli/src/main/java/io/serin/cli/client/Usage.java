// SPDX-License-Identifier: Apache-2.0
package io.serin.cli.client;

import io.serin.api.name.Revision;
import io.serin.kube.read.ClusterReader;
import io.serin.kube.type.KubePod;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Who is on a revision.
 *
 * @param pods those that it injected, and those whose proxies are connected to it
 * @param namespaces those whose labels ask for it, by its name or by a tag's
 * @param tags those that point to it
 */
public record Usage(List<String> pods, List<String> namespaces, List<String> tags) {

    private static final int NAMED = 30;

    /** Blocks. */
    public static Usage of(ClusterReader reader, Revision revision) {
        MeshView mesh = MeshView.read(reader);
        Set<String> pods = new LinkedHashSet<>();
        for (KubePod pod : mesh.pods()) {
            if (pod.revision().equals(revision.value())) {
                pods.add(pod.name().toString());
            }
        }
        mesh.served()
                .forEach((pod, by) -> {
                    if (by.equals(revision.value())) {
                        pods.add(pod.toString());
                    }
                });
        List<String> namespaces =
                mesh.namespaces().keySet().stream()
                        .filter(it -> mesh.wanted(it).filter(revision.value()::equals).isPresent())
                        .toList();
        List<String> tags = new ArrayList<>();
        mesh.webhooks()
                .tags()
                .forEach((tag, target) -> {
                    if (target.equals(revision.value())) {
                        tags.add(tag);
                    }
                });
        return new Usage(List.copyOf(pods), namespaces, tags);
    }

    public boolean isInUse() {
        return !pods.isEmpty() || !namespaces.isEmpty() || !tags.isEmpty();
    }

    public String describe() {
        List<String> parts = new ArrayList<>();
        if (!pods.isEmpty()) {
            List<String> named = pods.subList(0, Math.min(NAMED, pods.size()));
            parts.add(
                    "by "
                            + Counted.of(pods.size(), "proxy (", "proxies (")
                            + String.join(", ", named)
                            + (named.size() < pods.size() ? ", …" : "")
                            + ")");
        }
        if (!namespaces.isEmpty()) {
            parts.add("wanted by " + named("namespace", namespaces));
        }
        if (!tags.isEmpty()) {
            parts.add("pointed to by " + named("tag", tags));
        }
        return String.join("; ", parts);
    }

    private static String named(String kind, List<String> names) {
        return kind + (names.size() == 1 ? " " : "s ") + String.join(", ", names);
    }
}
