// SPDX-License-Identifier: Apache-2.0
package io.serin.proxy.config.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.serin.api.backend.Cluster;
import io.serin.api.backend.Endpoint;
import io.serin.api.backend.EndpointGroup;
import io.serin.api.backend.Workload;
import io.serin.api.codec.CodecFault;
import io.serin.api.codec.ResourceEncoder;
import io.serin.api.codec.TypeUrl;
import io.serin.api.name.HostPort;
import io.serin.api.name.Revision;
import io.serin.api.route.RequestMatch;
import io.serin.api.route.Route;
import io.serin.api.route.RouteAction;
import io.serin.api.route.RouteTable;
import io.serin.api.route.VirtualHost;
import io.serin.api.route.WeightedCluster;
import io.serin.api.snapshot.Home;
import io.serin.api.snapshot.Listener;
import io.serin.api.snapshot.NameTable;
import io.serin.api.snapshot.Protocol;
import io.serin.api.snapshot.ProxySnapshot;
import io.serin.api.xds.Any;
import io.serin.api.xds.Resource;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What is served after each response, as scripts. {@code CLUSTER a b} tells of clusters, {@code
 * ENDPOINT a=1,2} of endpoints, {@code LISTENER l>r} of a listener with a table, {@code ROUTE
 * r>a,b} of a table with clusters; {@code -x} removes. What is served is written in the same way.
 */
class ConfigStoreTest {

    record Script(String behaviour, String told, String served) {
        @Override
        public String toString() {
            return behaviour;
        }
    }

    static List<Script> scripts() {
        return List.of(
                new Script(
                        "a cluster is served with its endpoints, not before",
                        """
                        CLUSTER a
                        ENDPOINT a=1
                        """,
                        """
                        (waiting)
                        a=1
                        """),
                new Script(
                        "a cluster that is told again keeps its endpoints",
                        """
                        CLUSTER a
                        ENDPOINT a=1
                        CLUSTER a
                        """,
                        """
                        (waiting)
                        a=1
                        a=1
                        """),
                new Script(
                        "a cluster without endpoints is served once that is known",
                        """
                        CLUSTER a
                        ENDPOINT -a
                        """,
                        """
                        (waiting)
                        a=
                        """),
                new Script(
                        "a removed endpoint is gone at once",
                        """
                        CLUSTER a
                        ENDPOINT a=1,2
                        ENDPOINT a=2
                        """,
                        """
                        (waiting)
                        a=1,2
                        a=2
                        """),
                new Script(
                        "a listener is served with its table, not before",
                        """
                        CLUSTER a
                        ENDPOINT a=1
                        LISTENER l>r
                        ROUTE r>a
                        """,
                        """
                        (waiting)
                        a=1
                        a=1 (waiting)
                        l>r r>a a=1
                        """),
                new Script(
                        "a listener whose table does not exist is served without it",
                        """
                        CLUSTER a
                        ENDPOINT a=1
                        LISTENER l>r
                        ROUTE -r
                        """,
                        """
                        (waiting)
                        a=1
                        a=1 (waiting)
                        l>r a=1
                        """),
                new Script(
                        "a table that names a new cluster waits for its endpoints",
                        """
                        CLUSTER a
                        ENDPOINT a=1
                        LISTENER l>r
                        ROUTE r>a
                        CLUSTER b
                        ROUTE r>a,b
                        ENDPOINT b=2
                        """,
                        """
                        (waiting)
                        a=1
                        a=1 (waiting)
                        l>r r>a a=1
                        l>r r>a a=1 (waiting)
                        l>r r>a a=1 (waiting)
                        l>r r>a,b a=1 b=2
                        """),
                new Script(
                        "a table that names a cluster that nobody told of does not wait",
                        """
                        CLUSTER a
                        ENDPOINT a=1
                        LISTENER l>r
                        ROUTE r>a,nowhere
                        """,
                        """
                        (waiting)
                        a=1
                        a=1 (waiting)
                        l>r r>a,nowhere a=1
                        """),
                new Script(
                        "a listener that changes its table goes on with the old one until then",
                        """
                        CLUSTER a
                        ENDPOINT a=1
                        LISTENER l>r
                        ROUTE r>a
                        LISTENER l>s
                        ROUTE s>a
                        """,
                        """
                        (waiting)
                        a=1
                        a=1 (waiting)
                        l>r r>a a=1
                        l>r r>a a=1 (waiting)
                        l>s s>a a=1
                        """),
                new Script(
                        "a removed cluster is served as long as a table names it",
                        """
                        CLUSTER a
                        ENDPOINT a=1
                        LISTENER l>r
                        ROUTE r>a
                        CLUSTER -a
                        ROUTE r>
                        """,
                        """
                        (waiting)
                        a=1
                        a=1 (waiting)
                        l>r r>a a=1
                        l>r r>a a=1 (waiting)
                        l>r r>
                        """),
                new Script(
                        "what was removed is gone when the wait ends",
                        """
                        CLUSTER a
                        ENDPOINT a=1
                        LISTENER l>r
                        ROUTE r>a
                        CLUSTER -a
                        settle
                        """,
                        """
                        (waiting)
                        a=1
                        a=1 (waiting)
                        l>r r>a a=1
                        l>r r>a a=1 (waiting)
                        l>r r>a
                        """),
                new Script(
                        "a cluster whose endpoints never come holds nothing back for ever",
                        """
                        CLUSTER a
                        ENDPOINT a=1
                        LISTENER l>r
                        ROUTE r>a
                        CLUSTER b
                        ROUTE r>a,b
                        settle
                        """,
                        """
                        (waiting)
                        a=1
                        a=1 (waiting)
                        l>r r>a a=1
                        l>r r>a a=1 (waiting)
                        l>r r>a a=1 (waiting)
                        l>r r>a,b a=1 b= (waiting)
                        """),
                new Script(
                        "what nothing names is left out",
                        """
                        ENDPOINT a=1
                        ROUTE r>a
                        """,
                        """

                        \s
                        """));
    }

    @ParameterizedTest
    @MethodSource("scripts")
    void serves(Script script) throws CodecFault {
        ConfigStore store = new ConfigStore();
        List<String> served = new ArrayList<>();
        for (String line : script.told.lines().toList()) {
            tell(store, line);
            served.add(text(store));
        }

        assertThat(served).isEqualTo(script.served.lines().map(String::strip).toList());
    }

    @Test
    void refusesAResponseWhole() throws CodecFault {
        ConfigStore store = new ConfigStore();
        tell(store, "CLUSTER a");
        tell(store, "ENDPOINT a=1");
        ProxySnapshot before = store.served().get();

        Resource good = resource("b", ResourceEncoder.cluster(cluster("b")));
        Resource bad =
                resource("c", Any.newBuilder().setTypeUrl(TypeUrl.CLUSTER.url() + "X").build());

        assertThatThrownBy(() -> store.apply(TypeUrl.CLUSTER, List.of(good, bad), List.of("a")))
                .isInstanceOf(CodecFault.class);
        assertThat(store.served().get()).isSameAs(before);
        assertThat(store.wanted()).containsEntry(TypeUrl.ENDPOINT, Set.of("a"));
    }

    @Test
    void refusesAResourceUnderAnotherName() {
        Resource liar = resource("a", ResourceEncoder.cluster(cluster("b")));

        assertThatThrownBy(() -> new ConfigStore().apply(TypeUrl.CLUSTER, List.of(liar), List.of()))
                .isInstanceOf(CodecFault.class)
                .hasMessage("resource 'a': holds 'b' (expected: the same name)");
    }

    @Test
    void refusesAResourceThatIsThereTwice() {
        Resource one = resource("a", ResourceEncoder.cluster(cluster("a")));

        assertThatThrownBy(() ->
                        new ConfigStore().apply(TypeUrl.CLUSTER, List.of(one, one), List.of()))
                .isInstanceOf(CodecFault.class)
                .hasMessage("resource 'a': twice in one response (expected: once)");
    }

    @Test
    void isCompleteOnceClustersAndListenersAndAllTheyNameAreThere() throws CodecFault {
        ConfigStore store = new ConfigStore();
        List<Boolean> complete = new ArrayList<>();
        for (String line : List.of("CLUSTER a", "ENDPOINT a=1", "LISTENER l>r", "ROUTE r>a")) {
            tell(store, line);
            complete.add(store.isComplete());
        }

        assertThat(complete).containsExactly(false, false, false, true);
    }

    @Test
    void tellsNamesByThemselvesAndWaitsForNothing() throws CodecFault {
        ConfigStore store = new ConfigStore();
        List<Set<String>> seen = new ArrayList<>();
        store.names().subscribe(table -> seen.add(table.hosts().keySet()));

        tell(store, "NAMES names=a");
        tell(store, "CLUSTER a");
        tell(store, "NAMES names=a");
        tell(store, "NAMES names=b");
        assertThat(seen)
                .containsExactly(
                        Set.of(),
                        Set.of("a.shop.svc.cluster.local"),
                        Set.of("b.shop.svc.cluster.local"));

        ConfigStore other = new ConfigStore();
        store.become(other);
        assertThat(store.names().get()).isEqualTo(NameTable.EMPTY);
    }

    @Test
    void saysNothingNewWhenNothingIsNew() throws CodecFault {
        ConfigStore store = new ConfigStore();
        List<ProxySnapshot> seen = new ArrayList<>();
        store.served().subscribe(seen::add);

        tell(store, "CLUSTER a");
        tell(store, "ENDPOINT a=1");
        tell(store, "ENDPOINT a=1");
        tell(store, "CLUSTER a");

        assertThat(seen).hasSize(2);
    }

    private static void tell(ConfigStore store, String line) throws CodecFault {
        if (line.equals("settle")) {
            store.settle();
            return;
        }
        List<String> words = List.of(line.split(" "));
        TypeUrl type = TypeUrl.valueOf(words.getFirst());
        List<Resource> resources = new ArrayList<>();
        List<String> removed = new ArrayList<>();
        for (String word : words.subList(1, words.size())) {
            if (word.startsWith("-")) {
                removed.add(word.substring(1));
            } else {
                String[] parts = word.split("[=>]", 2);
                List<String> values =
                        parts.length < 2 || parts[1].isEmpty()
                                ? List.of()
                                : List.of(parts[1].split(",", -1));
                resources.add(resource(parts[0], body(type, parts[0], values)));
            }
        }
        store.apply(type, resources, removed);
    }

    private static Any body(TypeUrl type, String name, List<String> values) {
        return switch (type) {
            case CLUSTER -> ResourceEncoder.cluster(cluster(name));
            case ENDPOINT ->
                    ResourceEncoder.endpoints(
                            new EndpointGroup(
                                    name, values.stream().map(ConfigStoreTest::endpoint).toList()));
            case LISTENER ->
                    ResourceEncoder.listener(
                            new Listener.Destination(
                                    name,
                                    new HostPort("10.96.0.1", 80),
                                    new Listener.Protocol.Http(values.getFirst(), "any")));
            case ROUTE -> ResourceEncoder.routeTable(table(name, values));
            case HOME ->
                    ResourceEncoder.home(
                            new Home(
                                    new Revision(values.getFirst()),
                                    new HostPort("istiod", 15010),
                                    Protocol.OWN));
            case NAMES ->
                    ResourceEncoder.names(
                            new NameTable(
                                    Map.of(
                                            values.getFirst() + ".shop.svc.cluster.local",
                                            List.of(InetAddress.ofLiteral("10.96.0.1")))));
        };
    }

    private static Cluster cluster(String name) {
        return new Cluster.Eds(name, Duration.ofSeconds(1));
    }

    private static Endpoint endpoint(String last) {
        return new Endpoint(
                new HostPort("10.0.0." + last, 80), Endpoint.Health.HEALTHY, Workload.NOT_KNOWN);
    }

    private static RouteTable table(String name, List<String> clusters) {
        RouteAction action =
                clusters.isEmpty()
                        ? new RouteAction.Respond(500, "")
                        : new RouteAction.Forward(
                                clusters.stream().map(c -> new WeightedCluster(c, 1)).toList(), 2);
        return new RouteTable(
                name,
                List.of(
                        new VirtualHost(
                                "any",
                                List.of(VirtualHost.ANY),
                                List.of(new Route("only", RequestMatch.ANY, action)))));
    }

    private static Resource resource(String name, Any body) {
        return Resource.newBuilder().setName(name).setVersion("1").setResource(body).build();
    }

    private static String text(ConfigStore store) {
        ProxySnapshot served = store.served().get();
        List<String> words = new ArrayList<>();
        sorted(served.listeners())
                .forEach(l -> words.add(l.name() + ">" + References.routeTable(l).orElseThrow()));
        sorted(served.routeTables())
                .forEach(t ->
                        words.add(
                                t.name()
                                        + ">"
                                        + String.join(",", new TreeSet<>(References.clusters(t)))));
        sorted(served.clusters())
                .forEach(c -> {
                    EndpointGroup group = Objects.requireNonNull(served.endpoints().get(c.name()));
                    words.add(
                            c.name()
                                    + "="
                                    + String.join(
                                            ",",
                                            group.endpoints().stream()
                                                    .map(e -> e.address().host().substring(7))
                                                    .toList()));
                });
        if (store.isWaiting()) {
            words.add("(waiting)");
        }
        return String.join(" ", words);
    }

    private static <T> Stream<T> sorted(Map<String, T> all) {
        return all.entrySet().stream().sorted(Map.Entry.comparingByKey()).map(Map.Entry::getValue);
    }
}
