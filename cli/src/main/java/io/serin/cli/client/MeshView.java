// SPDX-License-Identifier: Apache-2.0
package io.serin.cli.client;

import io.serin.api.contract.DesiredRevision;
import io.serin.kube.read.ClusterReader;
import io.serin.kube.type.KubePod;
import io.serin.kube.type.ObjectName;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A cluster at one look: who asks for which revision, and who has which.
 *
 * @param namespaces their labels
 * @param pods that run or are about to
 */
record MeshView(
        Map<String, Map<String, String>> namespaces,
        List<KubePod> pods,
        InjectionWebhooks webhooks,
        InjectionPolicies policies,
        List<ChannelView> channels,
        List<Replica> replicas,
        List<ProxySync> proxies,
        Map<ObjectName, String> served) {

    /** Blocks. */
    static MeshView read(ClusterReader reader) {
        List<Replica> replicas = Replica.of(reader);
        List<ProxySync> proxies = ProxySync.of(replicas);
        Map<ObjectName, String> served = new HashMap<>();
        proxies.forEach(proxy ->
                served.put(new ObjectName(proxy.namespace(), proxy.pod()), proxy.servedBy()));
        return new MeshView(
                reader.namespaceLabels(),
                reader.pods(),
                InjectionWebhooks.read(reader),
                InjectionPolicies.read(reader),
                ChannelView.read(reader),
                replicas,
                proxies,
                served);
    }

    Map<String, String> labels(String namespace) {
        return namespaces.getOrDefault(namespace, Map.of());
    }

    /** The revision whose sidecar a pod asks for, installed or not; empty for none. */
    Optional<String> wanted(KubePod pod) {
        return DesiredRevision.of(labels(pod.name().namespace()), pod.labels())
                .map(webhooks::resolve)
                // An installation may take in those that no label speaks of.
                .or(() -> webhooks.injector(labels(pod.name().namespace()), pod.labels()))
                .filter(revision -> policies.adds(revision, pod));
    }

    /** The revision that a namespace's labels mean, installed or not. */
    Optional<String> wanted(String namespace) {
        return DesiredRevision.of(labels(namespace)).map(webhooks::resolve);
    }

    /**
     * The revision that a pod made now, with labels and annotations of this one, would get; empty
     * for none.
     */
    Optional<String> next(KubePod pod, InjectionWebhooks then) {
        return then.injector(labels(pod.name().namespace()), pod.labels())
                .filter(revision -> policies.adds(revision, pod));
    }

    /** The revision that a pod is on: whose control plane serves it, else who injected it. */
    Optional<String> on(KubePod pod) {
        String revision = served.getOrDefault(pod.name(), pod.revision());
        return revision.isEmpty() ? Optional.empty() : Optional.of(revision);
    }

    /** Whether it asks for a revision and is not on it. */
    boolean isPending(KubePod pod) {
        Optional<String> wanted = wanted(pod);
        return wanted.isPresent() && !wanted.equals(on(pod));
    }

    /** Whether it asked for a sidecar and has none. */
    boolean isUnmeshed(KubePod pod) {
        return wanted(pod).isPresent() && on(pod).isEmpty();
    }
}
