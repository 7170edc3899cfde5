// SPDX-License-Identifier: Apache-2.0
package io.serin.proxy.config.client;

import io.serin.api.codec.CodecFault;
import io.serin.api.codec.NodeCodec;
import io.serin.api.codec.TypeUrl;
import io.serin.api.discovery.ClientConversation;
import io.serin.api.snapshot.Home;
import io.serin.api.snapshot.NameTable;
import io.serin.api.xds.DeltaDiscoveryRequest;
import io.serin.api.xds.DeltaDiscoveryResponse;
import io.serin.proxy.config.store.ConfigStore;
import io.serin.proxy.grpc.GrpcMethod;
import io.serin.proxy.grpc.GrpcStream;
import io.serin.proxy.grpc.StreamEnd;
import io.serin.proxy.grpc.Trust;
import io.serin.proxy.grpc.Wires;
import java.net.InetSocketAddress;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The proxy's relation to one control plane: one stream at a time, what has been said and is held
 * over all of them, and the store that is filled from there.
 *
 * <p>Owned by one event loop; its {@link Listener} is called there.
 */
final class Link {

    /** Ours are far smaller; a foreign control plane may send a whole cluster's in one. */
    private static final int MAX_MESSAGE_BYTES = 16 << 20;

    private static final GrpcMethod<DeltaDiscoveryResponse> DELTA =
            new GrpcMethod<>(
                    "/envoy.service.discovery.v3.AggregatedDiscoveryService/DeltaAggregatedResources",
                    DeltaDiscoveryResponse.parser());

    /** Who hears what happens. */
    interface Listener {

        /** There is a stream. */
        void opened(Link link);

        /** A response is in the store, and was acknowledged. */
        void took(Link link, TypeUrl type);

        /**
         * A response can't be read; nothing of it counts.
         *
         * @param nack says so, on the stream that it came on, if that is still there
         */
        void refused(Link link, TypeUrl type, String reason, Runnable nack);

        /** The stream is over, or there never was one; {@link #open} tries again. */
        void ended(Link link, StreamEnd end);
    }

    private final Place place;
    private final ClientSettings settings;
    private final Wires wires;
    private final ClientConversation conversation;
    private ConfigStore store;
    private Listener listener;
    private @Nullable GrpcStream<DeltaDiscoveryRequest, DeltaDiscoveryResponse> stream;
    private @Nullable DeltaDiscoveryResponse lastHome;
    private boolean closed;

    Link(Place place, ClientSettings settings, Wires wires, ConfigStore store, Listener listener) {
        this.place = place;
        this.settings = settings;
        this.wires = wires;
        this.conversation =
                new ClientConversation(NodeCodec.encode(settings.node()), fromTheStart(settings));
        this.store = store;
        this.listener = listener;
    }

    private static Map<TypeUrl, Set<String>> fromTheStart(ClientSettings settings) {
        Map<TypeUrl, Set<String>> wanted = new EnumMap<>(TypeUrl.class);
        wanted.put(TypeUrl.HOME, Set.of(Home.NAME));
        if (settings.node().dnsCapture()) {
            wanted.put(TypeUrl.NAMES, Set.of(NameTable.NAME));
        }
        return wanted;
    }

    Place place() {
        return place;
    }

    ConfigStore store() {
        return store;
    }

    /** The version of each resource that is held. */
    Map<String, String> versions(TypeUrl type) {
        return conversation.of(type).versions();
    }

    /** From now on it fills this store, and tells this listener. */
    void handOver(ConfigStore to, Listener next) {
        store = to;
        listener = next;
    }

    /** Makes one attempt at a stream that asks for everything. */
    void open() {
        open(EnumSet.allOf(TypeUrl.class));
    }

    /** Makes one attempt at a stream that asks for some types only, until {@link #askRest}. */
    void open(Set<TypeUrl> types) {
        if (!closed) {
            wires.prepare(
                    place.address(),
                    (address, terms) -> connect(address, terms, types),
                    this::over);
        }
    }

    private void connect(
            InetSocketAddress address, Optional<Trust.Terms> terms, Set<TypeUrl> types) {
        if (closed) {
            return;
        }
        GrpcStream<DeltaDiscoveryRequest, DeltaDiscoveryResponse> next =
                new GrpcStream<>(
                        place.address(),
                        DELTA,
                        terms,
                        new GrpcStream.Limits(
                                MAX_MESSAGE_BYTES,
                                settings.timing().connect(),
                                settings.timing().keepAlive()),
                        new Events(types));
        stream = next;
        next.open(wires.loop(), wires.channels(), address);
    }

    /** Asks for all that was not asked for on this stream. */
    void askRest() {
        send(conversation.open());
    }

    /**
     * Tells the control plane why the proxy could not follow its word of where home is: a late
     * NACK. Where the word is not this one's any more, it goes nowhere.
     */
    void sayNotFollowed(String reason) {
        if (lastHome != null) {
            send(List.of(conversation.of(TypeUrl.HOME).refuse(lastHome, reason)));
        }
    }

    /** Hangs up, for good; the listener hears no more. */
    void close() {
        closed = true;
        if (stream != null) {
            stream.close();
        }
    }

    private final class Events implements GrpcStream.Listener<DeltaDiscoveryResponse> {

        private final Set<TypeUrl> types;

        Events(Set<TypeUrl> types) {
            this.types = types;
        }

        @Override
        public void opened() {
            send(conversation.open(types));
            listener.opened(Link.this);
        }

        @Override
        public void received(DeltaDiscoveryResponse response) {
            TypeUrl.of(response.getTypeUrl()).ifPresent(type -> take(type, response));
        }

        @Override
        public void ended(StreamEnd end) {
            over(end);
        }
    }

    private void take(TypeUrl type, DeltaDiscoveryResponse response) {
        try {
            store.apply(type, response.getResourcesList(), response.getRemovedResourcesList());
        } catch (CodecFault fault) {
            refuse(type, response, String.valueOf(fault.getMessage()));
            return;
        }
        if (type == TypeUrl.HOME) {
            lastHome = response;
        }
        send(conversation.accept(type, response, store.wanted()));
        listener.took(this, type);
    }

    private void refuse(TypeUrl type, DeltaDiscoveryResponse response, String reason) {
        DeltaDiscoveryRequest nack = conversation.of(type).refuse(response, reason);
        GrpcStream<DeltaDiscoveryRequest, DeltaDiscoveryResponse> asked = stream;
        listener.refused(
                this,
                type,
                reason,
                () -> {
                    if (asked != null && asked == stream) {
                        asked.send(nack);
                    }
                });
    }

    private void over(StreamEnd end) {
        stream = null;
        lastHome = null;
        conversation.close();
        if (!closed) {
            listener.ended(this, end);
        }
    }

    private void send(List<DeltaDiscoveryRequest> requests) {
        GrpcStream<DeltaDiscoveryRequest, DeltaDiscoveryResponse> open = stream;
        if (open != null) {
            requests.forEach(open::send);
        }
    }
}
