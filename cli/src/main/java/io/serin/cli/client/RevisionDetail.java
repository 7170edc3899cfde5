// SPDX-License-Identifier: Apache-2.0
package io.serin.cli.client;

import io.serin.kube.read.ClusterReader;
import io.serin.kube.type.KubePod;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * All about one revision.
 *
 * @param versions of the replicas that answer; more than one while they are being replaced
 * @param webhooks its own, and those of tags that point to it
 * @param workloads whose pods are on it
 * @param pending pods that ask for it and are on another, which they name
 * @param unmeshed pods that ask for it and have no sidecar
 * @param rejections what its proxies refused last
 * @param channels what channels are at with it
 */
public record RevisionDetail(
        RevisionState state,
        List<String> versions,
        List<Webhook> webhooks,
        List<Workload> workloads,
        List<PodOn> pending,
        List<PodOn> unmeshed,
        List<Rejection> rejections,
        List<String> channels) {

    /**
     * @param ca {@code filled} or {@code EMPTY}
     */
    public record Webhook(String configuration, String webhook, String tag, String ca) {}

    /** How many pods of one workload. */
    public record Workload(String namespace, String workload, int pods) {}

    /**
     * @param on the revision that it is on; empty for none
     */
    public record PodOn(String namespace, String pod, String workload, String on) {}

    /** In the proxy's own words. */
    public record Rejection(String namespace, String pod, String message) {}

    /**
     * Reads it. Blocks.
     *
     * @param name of a revision, or of a tag, which means where it points to
     * @throws CliFault when nothing is known of it
     */
    public static RevisionDetail of(ClusterReader reader, String name) {
        return of(MeshView.read(reader), RevisionState.readiness(reader), name);
    }

    static RevisionDetail of(MeshView mesh, Map<String, String> ready, String name) {
        String revision = mesh.webhooks().resolve(name);
        RevisionState state =
                RevisionState.of(mesh, ready).stream()
                        .filter(it -> it.revision().equals(revision))
                        .findFirst()
                        .orElseThrow(() ->
                                CliFault.failed(
                                        "there is no revision " + name + ", and nobody asks for it",
                                        "see which there are: serin revision list"));
        List<KubePod> asking =
                mesh.pods().stream()
                        .filter(pod -> mesh.wanted(pod).filter(revision::equals).isPresent())
                        .filter(mesh::isPending)
                        .toList();
        return new RevisionDetail(
                state,
                List.copyOf(
                        new TreeSet<>(
                                mesh.replicas().stream()
                                        .filter(it -> it.revision().equals(revision))
                                        .map(Replica::version)
                                        .toList())),
                mesh.webhooks().hooks().stream()
                        .filter(hook -> hook.revision().equals(revision))
                        .map(hook ->
                                new Webhook(
                                        hook.configuration(),
                                        hook.webhook(),
                                        hook.tag(),
                                        hook.isTrusted() ? "filled" : "EMPTY"))
                        .toList(),
                workloads(mesh, revision),
                asking.stream()
                        .filter(pod -> !mesh.isUnmeshed(pod))
                        .map(pod -> podOn(mesh, pod))
                        .toList(),
                asking.stream().filter(mesh::isUnmeshed).map(pod -> podOn(mesh, pod)).toList(),
                mesh.proxies().stream()
                        .filter(proxy -> proxy.servedBy().equals(revision))
                        .filter(proxy -> !proxy.lastRejection().isEmpty())
                        .map(proxy ->
                                new Rejection(
                                        proxy.namespace(), proxy.pod(), proxy.lastRejection()))
                        .toList(),
                mesh.channels().stream()
                        .flatMap(channel -> channel.describe(revision).stream())
                        .toList());
    }

    private static List<Workload> workloads(MeshView mesh, String revision) {
        Map<String, Map<String, Integer>> counts = new TreeMap<>();
        for (KubePod pod : mesh.pods()) {
            if (mesh.on(pod).filter(revision::equals).isPresent()) {
                counts.computeIfAbsent(pod.name().namespace(), _ -> new TreeMap<>())
                        .merge(pod.workload(), 1, Integer::sum);
            }
        }
        List<Workload> workloads = new ArrayList<>();
        counts.forEach((namespace, of) ->
                of.forEach((workload, pods) ->
                        workloads.add(new Workload(namespace, workload, pods))));
        return workloads;
    }

    private static PodOn podOn(MeshView mesh, KubePod pod) {
        return new PodOn(
                pod.name().namespace(), pod.name().name(), pod.workload(), mesh.on(pod).orElse(""));
    }
}
