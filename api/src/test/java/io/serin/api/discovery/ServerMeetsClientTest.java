// SPDX-License-Identifier: Apache-2.0
package io.serin.api.discovery;

import static org.assertj.core.api.Assertions.assertThat;

import io.serin.api.codec.TypeUrl;
import io.serin.api.xds.DeltaDiscoveryRequest;
import io.serin.api.xds.DeltaDiscoveryResponse;
import io.serin.api.xds.Node;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Our server and our client, with anything happening in any order between them. A route's version
 * begins with the name of the cluster that it leads to, so that it can be seen whether a route ever
 * leads nowhere.
 */
class ServerMeetsClientTest {

    private static final List<String> CLUSTERS = List.of("a", "b", "c", "d");
    private static final List<String> ROUTES = List.of("r", "s");

    private final ClientConversation client =
            new ClientConversation(
                    Node.getDefaultInstance(),
                    Map.of(TypeUrl.HOME, Set.of("home"), TypeUrl.NAMES, Set.of("names")));
    private final Deque<DeltaDiscoveryRequest> up = new ArrayDeque<>();
    private final Deque<DeltaDiscoveryResponse> down = new ArrayDeque<>();
    private ServerStream<DeltaDiscoveryRequest, DeltaDiscoveryResponse> server = stream(0);
    private ServerSnapshot latest = ServerSnapshot.EMPTY;
    private int version;

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
    void agreesInTheEndAndNeverRoutesToWhatTheClientLacks(long seed) {
        var random = new Random(seed);
        change(random);
        reconnect(0);
        talk();
        for (int step = 1; step < 2_000; step++) {
            switch (random.nextInt(20)) {
                case 0 -> change(random);
                case 1 -> {
                    if (random.nextInt(20) == 0) {
                        reconnect(step);
                    }
                }
                default -> deliver(random.nextBoolean(), false);
            }
            everyRouteLeadsSomewhere();
        }
        talk();
        theClientHoldsTheLatest();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
    void agreesInTheEndWithAClientThatRefusesNowAndThen(long seed) {
        var random = new Random(seed);
        change(random);
        reconnect(0);
        for (int step = 1; step < 2_000; step++) {
            if (random.nextInt(20) == 0) {
                change(random);
            } else {
                deliver(random.nextBoolean(), random.nextInt(4) == 0);
            }
        }
        // What was refused is tried again with the next change of its type, whatever that is.
        for (int i = 0; i < 2; i++) {
            changeEverything();
            talk();
        }
        theClientHoldsTheLatest();
    }

    private static ServerStream<DeltaDiscoveryRequest, DeltaDiscoveryResponse> stream(int number) {
        return ServerStream.delta("istiod", number + "-");
    }

    private void reconnect(int number) {
        up.clear();
        down.clear();
        client.close();
        server = stream(number);
        up.addAll(client.open());
    }

    /** Some clusters, each with endpoints; routes to some of them. */
    private void change(Random random) {
        Set<String> clusters = new HashSet<>();
        CLUSTERS.stream().filter(_ -> random.nextBoolean()).forEach(clusters::add);
        clusters.add("a");
        List<String> targets = List.copyOf(clusters);
        version++;
        List<ServerResource> routes = new ArrayList<>();
        for (String route : ROUTES) {
            String target = targets.get(random.nextInt(targets.size()));
            routes.add(Transcript.resource(route + "=" + target + version));
        }
        String endpointsVersion = "=" + random.nextInt(3);
        publish(clusters, "=1", endpointsVersion, "=" + version / 5, routes);
    }

    private void changeEverything() {
        version++;
        publish(
                Set.of("a"),
                "=" + version,
                "=" + version,
                "=changed" + version,
                ROUTES.stream().map(it -> Transcript.resource(it + "=a" + version)).toList());
    }

    private void publish(
            Set<String> clusters,
            String clusterVersion,
            String endpointsVersion,
            String listenersVersion,
            List<ServerResource> routes) {
        latest =
                new ServerSnapshot(
                        ServerResources.of(
                                clusters.stream()
                                        .map(it -> Transcript.resource(it + clusterVersion))
                                        .toList()),
                        ServerResources.of(
                                clusters.stream()
                                        .map(it -> Transcript.resource(it + endpointsVersion))
                                        .toList()),
                        ServerResources.of(
                                ROUTES.stream()
                                        .map(it -> Transcript.resource(it + listenersVersion))
                                        .toList()),
                        ServerResources.of(routes),
                        ServerResources.of(List.of(Transcript.resource("home=" + version))),
                        ServerResources.of(List.of(Transcript.resource("names=" + version))));
        down.addAll(server.next(latest));
    }

    private void talk() {
        for (int i = 0; i < 200; i++) {
            deliver(true, false);
            deliver(false, false);
        }
        assertThat(up).isEmpty();
        assertThat(down).isEmpty();
    }

    private void deliver(boolean toServer, boolean refuse) {
        if (toServer && !up.isEmpty()) {
            server.receive(up.remove());
            down.addAll(server.next(latest));
        } else if (!toServer && !down.isEmpty()) {
            answer(down.remove(), refuse);
        }
    }

    private void answer(DeltaDiscoveryResponse response, boolean refuse) {
        TypeUrl type = TypeUrl.of(response.getTypeUrl()).orElseThrow();
        if (refuse) {
            up.add(client.of(type).refuse(response, "not this"));
            return;
        }
        Map<TypeUrl, Set<String>> wanted = new EnumMap<>(TypeUrl.class);
        Map<String, String> held = new HashMap<>(client.of(type).versions());
        response.getResourcesList().forEach(it -> held.put(it.getName(), it.getVersion()));
        held.keySet().removeAll(new HashSet<>(response.getRemovedResourcesList()));
        if (type == TypeUrl.CLUSTER) {
            wanted.put(TypeUrl.ENDPOINT, held.keySet());
        } else if (type == TypeUrl.LISTENER) {
            wanted.put(TypeUrl.ROUTE, held.keySet());
        }
        up.addAll(client.accept(type, response, wanted));
    }

    private void everyRouteLeadsSomewhere() {
        Set<String> clusters = client.of(TypeUrl.CLUSTER).versions().keySet();
        Set<String> endpoints = client.of(TypeUrl.ENDPOINT).versions().keySet();
        client.of(TypeUrl.ROUTE)
                .versions()
                .forEach((route, target) -> {
                    assertThat(clusters).as(route).contains(target.substring(0, 1));
                    assertThat(endpoints).as(route).contains(target.substring(0, 1));
                });
    }

    private void theClientHoldsTheLatest() {
        for (TypeUrl type : TypeUrl.values()) {
            Map<String, String> expected = new HashMap<>();
            latest.of(type).all().forEach(it -> expected.put(it.name(), it.version()));
            assertThat(client.of(type).versions()).as(type.name()).isEqualTo(expected);
            assertThat(server.subscription(type).isAt(latest.of(type))).as(type.name()).isTrue();
        }
        assertThat(server.isSettled(latest)).isTrue();
    }
}
