// SPDX-License-Identifier: Apache-2.0
package io.serin.api.discovery;

import io.serin.api.codec.TypeUrl;
import io.serin.api.xds.ControlPlane;
import io.serin.api.xds.DeltaDiscoveryRequest;
import io.serin.api.xds.DeltaDiscoveryResponse;
import io.serin.api.xds.DiscoveryRequest;
import io.serin.api.xds.DiscoveryResponse;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/**
 * The server's side of one aggregated discovery stream, without any I/O: give it each request, and
 * after each, and whenever the configuration changed, send what it has to say.
 *
 * <p>It makes before it breaks: clusters come first, then their endpoints; listeners and routes
 * change once the client has taken both; and what is no longer there is told last, when the client
 * has taken the routes that no longer lead there. Endpoints of clusters that the client knows wait
 * for nothing, nor does the word of where home is, nor do names.
 *
 * <p>Owned by one event loop.
 *
 * @param <Q> the protocol's request
 * @param <R> the protocol's response
 */
public final class ServerStream<Q, R> {

    private static final int MAX_UNKNOWN_TYPES = 16;

    private final ServerProtocol<Q, R> protocol;
    private final Map<TypeUrl, ServerSubscription> subscriptions = new EnumMap<>(TypeUrl.class);
    private final Set<String> unknownTypes = new HashSet<>();

    /** Clusters that were sent, whose endpoints the client is about to ask for. */
    private final Set<String> expected = new HashSet<>();

    private ServerStream(ServerProtocol<Q, R> protocol, String nonceStem) {
        this.protocol = protocol;
        var nonces = new Nonces(nonceStem);
        for (TypeUrl type : TypeUrl.values()) {
            subscriptions.put(type, new ServerSubscription(protocol.style(type), nonces));
        }
    }

    /** Unlike those of any other stream: a client that mixes streams up is taken for stale. */
    private static final class Nonces implements Supplier<String> {

        private final String stem;
        private long count;

        Nonces(String stem) {
            this.stem = stem;
        }

        @Override
        public String get() {
            count++;
            return stem + count;
        }
    }

    /**
     * A stream that speaks state of the world.
     *
     * @param identifier of this control plane, for people
     * @param nonceStem what its nonces begin with, another for each stream
     */
    public static ServerStream<DiscoveryRequest, DiscoveryResponse> sotw(
            String identifier, String nonceStem) {
        return new ServerStream<>(new ServerSotw(self(identifier)), nonceStem);
    }

    /** A stream that speaks delta; as {@link #sotw}. */
    public static ServerStream<DeltaDiscoveryRequest, DeltaDiscoveryResponse> delta(
            String identifier, String nonceStem) {
        return new ServerStream<>(new ServerDelta(self(identifier)), nonceStem);
    }

    private static ControlPlane self(String identifier) {
        return ControlPlane.newBuilder().setIdentifier(identifier).build();
    }

    /** What is known of the client's view of a type. */
    public ServerSubscription subscription(TypeUrl type) {
        ServerSubscription found = subscriptions.get(type);
        if (found == null) {
            throw new IllegalStateException("no subscription for " + type);
        }
        return found;
    }

    /** Reads a request. */
    public ServerEvent receive(Q request) {
        String url = protocol.typeUrl(request);
        Optional<TypeUrl> known = TypeUrl.of(url);
        if (known.isEmpty()) {
            boolean first = unknownTypes.size() < MAX_UNKNOWN_TYPES && unknownTypes.add(url);
            return new ServerEvent.UnknownType(url, first);
        }
        TypeUrl type = known.get();
        ServerSubscription subscription = subscription(type);
        ServerEvent event = protocol.read(request, type, subscription);
        if (subscription.size() > ServerSubscription.MAX_NAMES) {
            return new ServerEvent.TooManyNames(type, subscription.size());
        }
        if (type == TypeUrl.CLUSTER && event instanceof ServerEvent.Nacked) {
            expected.clear();
        }
        if (type == TypeUrl.CLUSTER && event instanceof ServerEvent.Acked(_, ServerOffer taken)) {
            // Envoy warms a cluster that changed with endpoints sent after it, and asks for none.
            subscription(TypeUrl.ENDPOINT).renew(taken.renewed());
        }
        return event;
    }

    /** What is to be sent now, in this order, of the latest configuration. */
    public List<R> next(ServerSnapshot latest) {
        List<R> responses = new ArrayList<>();
        offer(TypeUrl.HOME, latest, true, true, responses);
        offer(TypeUrl.NAMES, latest, true, true, responses);
        offer(TypeUrl.CLUSTER, latest, true, routesAreAt(latest), responses);
        offer(TypeUrl.ENDPOINT, latest, true, routesAreAt(latest), responses);
        boolean made = isQuiet(TypeUrl.CLUSTER) && isQuiet(TypeUrl.ENDPOINT) && isNothingExpected();
        offer(TypeUrl.LISTENER, latest, made, true, responses);
        offer(TypeUrl.ROUTE, latest, made, isAt(TypeUrl.LISTENER, latest), responses);
        if (routesAreAt(latest)) {
            offer(TypeUrl.CLUSTER, latest, true, true, responses);
            offer(TypeUrl.ENDPOINT, latest, true, true, responses);
        }
        return responses;
    }

    private void offer(
            TypeUrl type,
            ServerSnapshot latest,
            boolean changes,
            boolean removals,
            List<R> responses) {
        subscription(type)
                .next(latest.of(type), changes, removals)
                .ifPresent(offer -> {
                    responses.add(protocol.write(type, offer));
                    if (type == TypeUrl.CLUSTER) {
                        expectEndpoints(offer, latest);
                    }
                });
    }

    private void expectEndpoints(ServerOffer clusters, ServerSnapshot latest) {
        clusters.removed().forEach(expected::remove);
        for (ServerResource cluster : clusters.resources()) {
            if (latest.endpoints().get(cluster.name()) != null) {
                expected.add(cluster.name());
            }
        }
    }

    private boolean isNothingExpected() {
        ServerSubscription endpoints = subscription(TypeUrl.ENDPOINT);
        expected.removeIf(endpoints::wants);
        return expected.isEmpty() || !endpoints.isStarted();
    }

    /**
     * Whether listeners and routes wait for the client to ask for the endpoints of new clusters. A
     * client that never does must not wait for ever: {@link #stopWaiting} after a moment.
     */
    public boolean isWaiting() {
        return isQuiet(TypeUrl.CLUSTER) && !isNothingExpected();
    }

    public void stopWaiting() {
        expected.clear();
    }

    /** Whether the client holds, or refused, all of this that it asked for. */
    public boolean isSettled(ServerSnapshot latest) {
        for (TypeUrl type : TypeUrl.values()) {
            if (!subscription(type).isSettled(latest.of(type))) {
                return false;
            }
        }
        return true;
    }

    private boolean routesAreAt(ServerSnapshot latest) {
        return isAt(TypeUrl.LISTENER, latest) && isAt(TypeUrl.ROUTE, latest);
    }

    private boolean isAt(TypeUrl type, ServerSnapshot latest) {
        return subscription(type).isAt(latest.of(type));
    }

    private boolean isQuiet(TypeUrl type) {
        return subscription(type).isQuiet();
    }
}
