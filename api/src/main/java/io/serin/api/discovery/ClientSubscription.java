// SPDX-License-Identifier: Apache-2.0
package io.serin.api.discovery;

import io.serin.api.codec.TypeUrl;
import io.serin.api.xds.DeltaDiscoveryRequest;
import io.serin.api.xds.DeltaDiscoveryResponse;
import io.serin.api.xds.Resource;
import io.serin.api.xds.Status;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * One type's part of a delta conversation, as the client keeps it: what it wants, what it holds,
 * and what it has said on the present stream. Outlives streams: that is how a reconnect says what
 * is held already.
 *
 * <p>Not thread-safe; one thread owns it. Source: the xDS protocol's incremental variant.
 */
public final class ClientSubscription {

    /** google.rpc.Code, what a NACK carries. */
    private static final int INVALID_ARGUMENT = 3;

    private final TypeUrl type;
    private final Map<String, String> versions = new HashMap<>();
    private Set<String> wanted;
    private boolean open;

    /**
     * @param wanted the names that are wanted at first; none for a wildcard type
     */
    public ClientSubscription(TypeUrl type, Set<String> wanted) {
        this.type = type;
        this.wanted = Set.copyOf(wanted);
    }

    /** Whether it was asked for on the present stream. */
    boolean isOpen() {
        return open;
    }

    /** The version of each resource that was accepted last and is still held. */
    public Map<String, String> versions() {
        return Map.copyOf(versions);
    }

    /** Whether a resource of this name concerns us: all do for a wildcard type. */
    public boolean wants(String name) {
        return type.isWildcard() || wanted.contains(name);
    }

    /**
     * The first request of this type on a new stream: all that is wanted, and the version of all
     * that is held. Empty where nothing is wanted, since a first request without names would ask
     * for everything.
     */
    public Optional<DeltaDiscoveryRequest> open() {
        open = type.isWildcard() || !wanted.isEmpty();
        if (!open) {
            return Optional.empty();
        }
        return Optional.of(
                request()
                        .addAllResourceNamesSubscribe(new TreeSet<>(wanted))
                        .putAllInitialResourceVersions(versions)
                        .build());
    }

    /** The stream is gone: nothing is sent until the next {@link #open()}. */
    public void close() {
        open = false;
    }

    /**
     * Changes the names that are wanted of a type that is asked for by name.
     *
     * @param names all of them, not only the new ones
     * @return the request that says so, which answers nothing and so carries no nonce; empty where
     *     nothing changes
     */
    public Optional<DeltaDiscoveryRequest> want(Set<String> names) {
        Set<String> added = new TreeSet<>(names);
        added.removeAll(wanted);
        Set<String> dropped = new TreeSet<>(wanted);
        dropped.removeAll(names);
        wanted = Set.copyOf(names);
        versions.keySet().removeAll(dropped);
        if (added.isEmpty() && dropped.isEmpty()) {
            return Optional.empty();
        }
        if (!open) {
            return open();
        }
        return Optional.of(
                request()
                        .addAllResourceNamesSubscribe(added)
                        .addAllResourceNamesUnsubscribe(dropped)
                        .build());
    }

    /** Takes note that a response is held from now on, and says so: the ACK. */
    public DeltaDiscoveryRequest accept(DeltaDiscoveryResponse response) {
        for (Resource resource : response.getResourcesList()) {
            if (wants(resource.getName())) {
                versions.put(resource.getName(), resource.getVersion());
            }
        }
        versions.keySet().removeAll(new HashSet<>(response.getRemovedResourcesList()));
        return request().setResponseNonce(response.getNonce()).build();
    }

    /**
     * Says that nothing of a response is held, and why: the NACK. What was held before still is.
     *
     * @param reason for the people who read the control plane's log
     */
    public DeltaDiscoveryRequest refuse(DeltaDiscoveryResponse response, String reason) {
        return request()
                .setResponseNonce(response.getNonce())
                .setErrorDetail(
                        Status.newBuilder().setCode(INVALID_ARGUMENT).setMessage(reason).build())
                .build();
    }

    private DeltaDiscoveryRequest.Builder request() {
        return DeltaDiscoveryRequest.newBuilder().setTypeUrl(type.url());
    }
}
