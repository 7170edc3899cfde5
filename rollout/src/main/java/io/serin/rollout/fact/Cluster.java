// SPDX-License-Identifier: Apache-2.0
package io.serin.rollout.fact;

import io.serin.kube.type.KubeRevision;
import io.serin.kube.type.KubeWorkload;
import io.serin.kube.type.MarkedNamespace;
import io.serin.kube.type.ObjectName;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The operations that a rollout is made of. All of them throw {@link ClusterGone} when nobody
 * answers. Those that write come to the same when they are done twice.
 */
public interface Cluster {

    /** The revisions that are installed. */
    List<KubeRevision> revisions();

    List<MarkedNamespace> namespaces();

    /** One of them; empty where it is not there. */
    Optional<MarkedNamespace> namespace(String name);

    /** By kind and name. */
    List<KubeWorkload> workloads(String namespace);

    /** Pods that none of the workloads makes. */
    List<KubeWorkload.Pod> others(String namespace);

    /**
     * How the proxies of a revision are, by pod.
     *
     * @return empty when its control plane is not Serin's and can't be asked
     */
    Optional<Map<ObjectName, ProxyState>> proxies(String revision);

    /** What the sidecars of these pods have counted; of those that answer. */
    RequestCounts requests(Collection<ObjectName> pods);

    /**
     * Changes labels and annotations of a namespace, all of them or none; empty removes.
     *
     * @throws NamespaceGone when it is not there
     */
    void mark(
            String namespace,
            Map<String, Optional<String>> labels,
            Map<String, Optional<String>> annotations);

    /**
     * Changes annotations of a namespace, unless somebody has changed or deleted it since it was
     * read.
     *
     * @param version in which it was read
     * @return whether it was done
     */
    boolean markUnchanged(
            String namespace, String version, Map<String, Optional<String>> annotations);

    /** Has the pods replaced that are not of this mark; nothing where it is gone. */
    void restart(KubeWorkload workload, String mark);
}
