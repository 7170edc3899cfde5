// SPDX-License-Identifier: Apache-2.0
package io.serin.control.snapshot;

import io.serin.api.codec.ResourceEncoder;
import io.serin.api.discovery.ServerResource;
import io.serin.api.discovery.ServerResources;
import io.serin.api.discovery.ServerSnapshot;
import io.serin.api.name.ProxyId;
import io.serin.api.name.Revision;
import io.serin.api.snapshot.Home;
import io.serin.api.snapshot.NameTable;
import io.serin.api.snapshot.ProxyNode;
import io.serin.api.snapshot.ProxySnapshot;
import io.serin.control.index.MeshIndex;
import io.serin.control.index.WorkloadEntry;
import io.serin.control.index.WorkloadEntry.ServedPort;
import io.serin.control.translate.Translation;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The configuration of every proxy, at one moment. Immutable; any thread.
 *
 * <p>A proxy's is put together from what all share, what its namespace is told otherwise, and what
 * concerns the ports that its workload serves; replicas of a workload get the very same object.
 */
public final class Snapshots {

    /** Before anything is known. Never served. */
    static final Snapshots NONE =
            new Snapshots(
                    0,
                    0,
                    MeshIndex.EMPTY,
                    EncodedPart.EMPTY,
                    Map.of(),
                    Map.of(),
                    EncodedNames.NONE);

    private final long number;
    private final long changedNanos;
    private final MeshIndex index;
    private final EncodedPart mesh;
    private final Map<String, EncodedPart> namespaces;
    private final Map<List<ServedPort>, EncodedPart> workloads;
    private final PlaintextParts plaintext;
    private final ConcurrentMap<Kind, ServerSnapshot> combined = new ConcurrentHashMap<>();
    private final ConcurrentMap<Home, ServerResources> homes = new ConcurrentHashMap<>();
    private final Lock namesLock = new ReentrantLock();

    /** The latest that anybody asked for, here or before. Guarded by its lock. */
    private EncodedNames names;

    /** Whether they are of this moment. Guarded by their lock. */
    private boolean namesAreMade;

    /** What two proxies have to have in common to be told the same. */
    private record Kind(
            EncodedPart namespace, EncodedPart workload, Home home, boolean names, boolean mtls) {

        // By identity: parts are kept, and comparing what is in them would cost more than they do.
        @Override
        public boolean equals(Object other) {
            return other
                            instanceof
                            Kind(
                                    EncodedPart theirNamespace,
                                    EncodedPart theirWorkload,
                                    Home theirHome,
                                    boolean theirNames,
                                    boolean theirMtls)
                    && same(theirNamespace, namespace)
                    && same(theirWorkload, workload)
                    && theirHome.equals(home)
                    && theirNames == names
                    && theirMtls == mtls;
        }

        @Override
        public int hashCode() {
            return 31
                            * (31 * System.identityHashCode(namespace)
                                    + System.identityHashCode(workload))
                    + home.hashCode()
                    + Boolean.hashCode(names);
        }

        @SuppressWarnings("ReferenceEquality") // as said above
        private static boolean same(EncodedPart one, EncodedPart other) {
            return one == other;
        }
    }

    private Snapshots(
            long number,
            long changedNanos,
            MeshIndex index,
            EncodedPart mesh,
            Map<String, EncodedPart> namespaces,
            Map<List<ServedPort>, EncodedPart> workloads,
            EncodedNames names) {
        this.number = number;
        this.changedNanos = changedNanos;
        this.index = index;
        this.mesh = mesh;
        this.namespaces = namespaces;
        this.workloads = workloads;
        this.plaintext = new PlaintextParts(index);
        this.names = names;
    }

    /**
     * The configuration after these, encoding only what differs.
     *
     * @param changedNanos when the first of the changes in it was made, in the pacer's time
     */
    Snapshots next(MeshIndex next, long changedNanos) {
        Map<String, EncodedPart> nextNamespaces = new HashMap<>();
        Translation.namespaces(next)
                .forEach((namespace, part) ->
                        nextNamespaces.put(
                                namespace,
                                namespaces.getOrDefault(namespace, EncodedPart.EMPTY).next(part)));
        Map<List<ServedPort>, EncodedPart> nextWorkloads = new HashMap<>();
        nextWorkloads.put(List.of(), workload(List.of()));
        for (WorkloadEntry workload : next.workloads().values()) {
            nextWorkloads.computeIfAbsent(workload.served(), this::workload);
        }
        return new Snapshots(
                number + 1,
                changedNanos,
                next,
                mesh.next(Translation.mesh(next, true)),
                nextNamespaces,
                nextWorkloads,
                latestNames(false));
    }

    private EncodedPart workload(List<ServedPort> served) {
        EncodedPart known = workloads.get(served);
        return known != null ? known : EncodedPart.EMPTY.next(Translation.workload(served, true));
    }

    /** Counts up from 1. */
    public long number() {
        return number;
    }

    /** When the first of the changes in it was made, in the pacer's time. */
    public long changedNanos() {
        return changedNanos;
    }

    /** How many Services it speaks of. */
    public int services() {
        return index.services().size();
    }

    /** What this proxy is told, as it is sent. */
    public ServerSnapshot of(ProxyNode node) {
        EncodedPart namespace = namespaces.getOrDefault(node.id().namespace(), EncodedPart.EMPTY);
        List<ServedPort> served = Translation.served(index, node);
        EncodedPart workload =
                node.mtls()
                        ? workloads.getOrDefault(served, EncodedPart.EMPTY)
                        : plaintext.workload(served);
        return combined.computeIfAbsent(
                new Kind(namespace, workload, home(node), node.dnsCapture(), node.mtls()),
                this::combine);
    }

    private ServerSnapshot combine(Kind kind) {
        ServerSnapshot shared = mesh.encoded();
        ServerSnapshot own = kind.workload().encoded();
        Collection<ServerResource> routeTables = kind.namespace().encoded().routeTables().all();
        ServerResources clusters = kind.mtls() ? shared.clusters() : plaintext.clusters();
        return new ServerSnapshot(
                clusters.with(own.clusters().all()),
                shared.endpoints(),
                shared.listeners().with(own.listeners().all()),
                shared.routeTables().with(routeTables),
                homes.computeIfAbsent(kind.home(), Snapshots::encode),
                kind.names() ? latestNames(true).encoded() : ServerResources.EMPTY);
    }

    /**
     * Names are made when the first proxy wants them that answers for names: most meshes have none.
     *
     * @param ofNow whether those before will not do
     */
    private EncodedNames latestNames(boolean ofNow) {
        namesLock.lock();
        try {
            if (ofNow && !namesAreMade) {
                names = names.next(Translation.names(index));
                namesAreMade = true;
            }
            return names;
        } finally {
            namesLock.unlock();
        }
    }

    /**
     * The names that this proxy answers for, as people read them; none where it answers for none.
     */
    public NameTable names(ProxyNode node) {
        return node.dnsCapture() ? latestNames(true).source() : NameTable.EMPTY;
    }

    private static ServerResources encode(Home home) {
        return ServerResources.of(
                List.of(EncodedPart.resource(Home.NAME, ResourceEncoder.home(home))));
    }

    /** Where this proxy belongs. */
    public Home home(ProxyNode node) {
        return Translation.home(index, node);
    }

    /**
     * The proxy that would be beside a pod.
     *
     * @param revision that it would be of
     * @param version that it would have
     * @return empty where there is no such pod, or it can't have one
     */
    public Optional<ProxyNode> nodeOf(
            String pod, String namespace, Revision revision, String version) {
        return index.pod(pod, namespace)
                .map(workload ->
                        new ProxyNode(
                                new ProxyId(workload.ip(), pod, namespace),
                                revision,
                                version,
                                workload.workload(),
                                Map.of()));
    }

    /** What this proxy is told, as people read it. */
    public ProxySnapshot translated(ProxyNode node) {
        return Translation.translate(index, node);
    }
}
