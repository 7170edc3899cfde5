// SPDX-License-Identifier: Apache-2.0
package io.serin.control.serve;

import io.serin.api.name.ProxyId;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Every proxy that is connected to this replica, and what it holds: the truth of who is on this
 * revision. Written by the verticle, read from any thread.
 */
public final class ConnectedProxies {

    private final InstantSource clock;
    private final Map<Long, ProxyStatus> byStream = new ConcurrentHashMap<>();

    public ConnectedProxies() {
        this(InstantSource.system());
    }

    public ConnectedProxies(InstantSource clock) {
        this.clock = clock;
    }

    /**
     * Each proxy once, in the order of namespaces and names. One that came back before the loss of
     * its old connection was noticed stands here as it is on the new one.
     */
    public Collection<ProxyStatus> list() {
        Map<ProxyId, ProxyStatus> newest = new TreeMap<>();
        for (Map.Entry<Long, ProxyStatus> entry : new TreeMap<>(byStream).entrySet()) {
            newest.put(entry.getValue().node().id(), entry.getValue());
        }
        return List.copyOf(newest.values());
    }

    /** The proxy beside this pod. */
    public Optional<ProxyStatus> find(String pod, String namespace) {
        return list().stream()
                .filter(it -> it.node().id().pod().equals(pod))
                .filter(it -> it.node().id().namespace().equals(namespace))
                .findFirst();
    }

    Instant now() {
        return clock.instant();
    }

    void put(long stream, ProxyStatus status) {
        byStream.put(stream, status);
    }

    void remove(long stream) {
        byStream.remove(stream);
    }
}
