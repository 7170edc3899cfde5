// SPDX-License-Identifier: Apache-2.0
package io.serin.proxy.main.rehearse;

import io.netty.channel.ChannelFactory;
import io.netty.channel.EventLoop;
import io.netty.channel.ServerChannel;
import io.netty.handler.ssl.SslContext;
import io.serin.api.codec.ResourceEncoder;
import io.serin.api.codec.TypeUrl;
import io.serin.api.snapshot.Home;
import io.serin.api.snapshot.ProxySnapshot;
import io.serin.api.xds.Any;
import io.serin.api.xds.DeltaDiscoveryRequest;
import io.serin.api.xds.DeltaDiscoveryResponse;
import io.serin.api.xds.Resource;
import java.net.InetSocketAddress;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A control plane that says what it is told to: every proxy gets the same snapshot, over delta ADS,
 * and what changes of it from then on.
 *
 * <p>Its state belongs to its event loop; {@link #serve} may be called from any thread.
 */
public final class ScriptedControlPlane implements AutoCloseable {

    private final EventLoop loop;
    private final Set<Client> clients = new HashSet<>();
    private final DiscoveryServer server;
    private Map<TypeUrl, Map<String, Resource>> resources = encode(ProxySnapshot.EMPTY);
    private final AtomicInteger rejections = new AtomicInteger();
    private final AtomicInteger streams = new AtomicInteger();

    private ScriptedControlPlane(
            EventLoop loop,
            ChannelFactory<? extends ServerChannel> channels,
            InetSocketAddress address,
            Optional<SslContext> tls,
            DiscoveryServer.Signer signer) {
        this.loop = loop;
        this.server = DiscoveryServer.listen(loop, channels, address, tls, signer, Client::new);
    }

    /** Listens in plaintext; waits until it does, so not to be called on an event loop. */
    public static ScriptedControlPlane listen(
            EventLoop loop,
            ChannelFactory<? extends ServerChannel> channels,
            InetSocketAddress address) {
        return listen(loop, channels, address, Optional.empty(), DiscoveryServer.Signer.NONE);
    }

    /**
     * Listens; waits until it does, so not to be called on an event loop.
     *
     * @param tls see {@link DiscoveryServer#listen}
     * @param signer see {@link DiscoveryServer#listen}
     */
    public static ScriptedControlPlane listen(
            EventLoop loop,
            ChannelFactory<? extends ServerChannel> channels,
            InetSocketAddress address,
            Optional<SslContext> tls,
            DiscoveryServer.Signer signer) {
        return new ScriptedControlPlane(loop, channels, address, tls, signer);
    }

    public int port() {
        return server.port();
    }

    /** How many responses were refused by proxies. */
    public int rejections() {
        return rejections.get();
    }

    /** Says this from now on, to everyone. */
    public void serve(ProxySnapshot snapshot) {
        loop.execute(() -> {
            resources = encode(snapshot);
            Set.copyOf(clients).forEach(Client::push);
        });
    }

    /** The same, and says where everyone belongs. */
    public void serve(ProxySnapshot snapshot, Home home) {
        loop.execute(() -> {
            resources = encode(snapshot);
            resources.put(TypeUrl.HOME, encode(Map.of(Home.NAME, home), ResourceEncoder::home));
            Set.copyOf(clients).forEach(Client::push);
        });
    }

    /** Streams that are open now. */
    public int streams() {
        return streams.get();
    }

    /** Hangs up on everyone and goes away. */
    @Override
    public void close() {
        server.close();
        loop.execute(() -> Set.copyOf(clients).forEach(Client::hangUp));
    }

    private static Map<TypeUrl, Map<String, Resource>> encode(ProxySnapshot snapshot) {
        Map<TypeUrl, Map<String, Resource>> all = new EnumMap<>(TypeUrl.class);
        all.put(TypeUrl.CLUSTER, encode(snapshot.clusters(), ResourceEncoder::cluster));
        all.put(TypeUrl.ENDPOINT, encode(snapshot.endpoints(), ResourceEncoder::endpoints));
        all.put(TypeUrl.LISTENER, encode(snapshot.listeners(), ResourceEncoder::listener));
        all.put(TypeUrl.ROUTE, encode(snapshot.routeTables(), ResourceEncoder::routeTable));
        return all;
    }

    private static <T> Map<String, Resource> encode(
            Map<String, T> values, Function<T, Any> encoder) {
        Map<String, Resource> encoded = new TreeMap<>();
        values.forEach((name, value) -> {
            Any body = encoder.apply(value);
            encoded.put(
                    name,
                    Resource.newBuilder()
                            .setName(name)
                            .setVersion(Integer.toHexString(body.hashCode()))
                            .setResource(body)
                            .build());
        });
        return encoded;
    }

    private Map<String, Resource> all(TypeUrl type) {
        return resources.getOrDefault(type, Map.of());
    }

    /** One proxy's stream: what it asked for, and the versions that it was sent. */
    private final class Client implements DiscoveryServer.Session {

        private final Map<TypeUrl, Set<String>> asked = new EnumMap<>(TypeUrl.class);
        private final Map<TypeUrl, Map<String, String>> sent = new EnumMap<>(TypeUrl.class);
        private DiscoveryServer.@Nullable Stream stream;
        private int nonce;

        @Override
        public void opened(DiscoveryServer.Stream opened) {
            stream = opened;
            clients.add(this);
            streams.set(clients.size());
        }

        @Override
        public void closed() {
            clients.remove(this);
            streams.set(clients.size());
        }

        void hangUp() {
            if (stream != null) {
                stream.hangUp();
            }
        }

        @Override
        public void received(DeltaDiscoveryRequest request) {
            if (request.hasErrorDetail()) {
                rejections.incrementAndGet();
            }
            TypeUrl.of(request.getTypeUrl()).ifPresent(type -> received(type, request));
        }

        private void received(TypeUrl type, DeltaDiscoveryRequest request) {
            boolean first = !asked.containsKey(type);
            Set<String> names = asked.computeIfAbsent(type, any -> new HashSet<>());
            Map<String, String> versions = sent.computeIfAbsent(type, any -> new HashMap<>());
            if (first) {
                versions.putAll(request.getInitialResourceVersionsMap());
            }
            names.addAll(request.getResourceNamesSubscribeList());
            request.getResourceNamesUnsubscribeList()
                    .forEach(name -> {
                        names.remove(name);
                        versions.remove(name);
                    });
            push(type, Set.copyOf(request.getResourceNamesSubscribeList()));
        }

        void push() {
            for (TypeUrl type : TypeUrl.values()) {
                if (asked.containsKey(type)) {
                    push(type, Set.of());
                }
            }
        }

        /** Sends what differs from what the proxy holds, and an answer for each of these names. */
        private void push(TypeUrl type, Set<String> answer) {
            Map<String, String> versions = sent.getOrDefault(type, Map.of());
            Set<String> names = asked.getOrDefault(type, Set.of());
            DeltaDiscoveryResponse.Builder response =
                    DeltaDiscoveryResponse.newBuilder().setTypeUrl(type.url());
            all(type).values().stream()
                    .filter(one -> type.isWildcard() || names.contains(one.getName()))
                    .filter(one -> !one.getVersion().equals(versions.get(one.getName())))
                    .forEach(response::addResources);
            Set<String> gone = new HashSet<>(versions.keySet());
            gone.addAll(answer);
            gone.removeAll(all(type).keySet());
            response.addAllRemovedResources(gone);
            if (response.getResourcesCount() + gone.size() == 0 || stream == null) {
                return;
            }
            response.getResourcesList()
                    .forEach(one -> versions.put(one.getName(), one.getVersion()));
            versions.keySet().removeAll(gone);
            nonce++;
            stream.send(response.setNonce(Integer.toString(nonce)).build());
        }
    }
}
