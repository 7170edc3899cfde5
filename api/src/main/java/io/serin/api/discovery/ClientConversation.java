// SPDX-License-Identifier: Apache-2.0
package io.serin.api.discovery;

import io.serin.api.codec.TypeUrl;
import io.serin.api.xds.DeltaDiscoveryRequest;
import io.serin.api.xds.DeltaDiscoveryResponse;
import io.serin.api.xds.Node;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A client's side of delta ADS: all types on one stream, one {@link ClientSubscription} each. Says
 * what to send and when; sends nothing.
 *
 * <p>An ACK and a change of subscription are always two requests, the ACK first: a request that is
 * both is legal, but istiod takes it for an error. Not thread-safe; one thread owns it.
 */
public final class ClientConversation {

    private final Node node;
    private final Map<TypeUrl, ClientSubscription> subscriptions = new EnumMap<>(TypeUrl.class);
    private boolean introduced;

    /**
     * @param node who asks; goes with the first request of each stream and no other
     * @param wanted the names that are wanted before anything was said, of the types that are asked
     *     for by name
     */
    public ClientConversation(Node node, Map<TypeUrl, Set<String>> wanted) {
        this.node = node;
        for (TypeUrl type : TypeUrl.values()) {
            subscriptions.put(
                    type, new ClientSubscription(type, wanted.getOrDefault(type, Set.of())));
        }
    }

    public ClientSubscription of(TypeUrl type) {
        ClientSubscription subscription = subscriptions.get(type);
        if (subscription == null) {
            throw new IllegalStateException("no subscription for " + type);
        }
        return subscription;
    }

    /** What a new stream starts with, in order. */
    public List<DeltaDiscoveryRequest> open() {
        return open(EnumSet.allOf(TypeUrl.class));
    }

    /**
     * What a stream starts with that asks for some types first, or goes on with: those that it
     * asked for already are left out.
     */
    public List<DeltaDiscoveryRequest> open(Set<TypeUrl> types) {
        List<DeltaDiscoveryRequest> requests = new ArrayList<>();
        subscriptions.forEach((type, subscription) -> {
            if (types.contains(type) && !subscription.isOpen()) {
                subscription.open().map(this::introduce).ifPresent(requests::add);
            }
        });
        return List.copyOf(requests);
    }

    private DeltaDiscoveryRequest introduce(DeltaDiscoveryRequest request) {
        if (introduced) {
            return request;
        }
        introduced = true;
        return request.toBuilder().setNode(node).build();
    }

    /** The stream is gone. */
    public void close() {
        introduced = false;
        subscriptions.values().forEach(ClientSubscription::close);
    }

    /**
     * Takes note that a response is held.
     *
     * @param wanted the names that are wanted from now on, of the types that are asked for by name
     * @return what to send, in order: the ACK, then what has changed in what is wanted
     */
    public List<DeltaDiscoveryRequest> accept(
            TypeUrl type, DeltaDiscoveryResponse response, Map<TypeUrl, Set<String>> wanted) {
        List<DeltaDiscoveryRequest> requests = new ArrayList<>();
        requests.add(of(type).accept(response));
        requests.addAll(want(wanted));
        return List.copyOf(requests);
    }

    /** Changes what is wanted, without a response: what to send. */
    public List<DeltaDiscoveryRequest> want(Map<TypeUrl, Set<String>> wanted) {
        List<DeltaDiscoveryRequest> requests = new ArrayList<>();
        wanted.forEach((named, names) -> of(named).want(names).ifPresent(requests::add));
        return List.copyOf(requests);
    }
}
