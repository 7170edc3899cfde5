// SPDX-License-Identifier: Apache-2.0
package io.serin.api.codec;

import io.serin.api.backend.Cluster;
import io.serin.api.backend.Endpoint;
import io.serin.api.backend.EndpointGroup;
import io.serin.api.backend.Workload;
import io.serin.api.name.HostPort;
import io.serin.api.name.ProxyId;
import io.serin.api.name.Revision;
import io.serin.api.name.SpiffeId;
import io.serin.api.route.HeaderMatch;
import io.serin.api.route.PathMatch;
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
import io.serin.api.snapshot.ProxyNode;
import io.serin.api.xds.Any;
import java.net.InetAddress;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Values of every record and case, with everything in them that the records allow. */
final class Generated {

    private static final String LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789";
    private static final String ANYTHING =
            LETTERS + "ABC ~!@#$%^&*()_+|;:'\",.<>/?\\\n\0äß€\uD83D\uDC26";

    private final SplittableRandom random;
    private int counter;

    Generated(long seed) {
        random = new SplittableRandom(seed);
    }

    Any resource() {
        return switch (pick(TypeUrl.values())) {
            case CLUSTER -> ResourceEncoder.cluster(cluster());
            case ENDPOINT -> ResourceEncoder.endpoints(endpoints());
            case LISTENER -> ResourceEncoder.listener(listener());
            case ROUTE -> ResourceEncoder.routeTable(routeTable());
            case HOME -> ResourceEncoder.home(home());
            case NAMES -> ResourceEncoder.names(names());
        };
    }

    NameTable names() {
        Map<String, List<InetAddress>> hosts = new HashMap<>();
        some(0, this::label)
                .forEach(name ->
                        hosts.put(
                                name + "." + label() + "." + label() + ".svc.cluster.local",
                                some(1, this::address)));
        return new NameTable(hosts);
    }

    private InetAddress address() {
        return InetAddress.ofLiteral(
                random.nextBoolean() ? ip() : "fd00::" + random.nextInt(1, 9999));
    }

    Home home() {
        int least = 1 + random.nextInt(5);
        return new Home(
                new Revision(label()),
                new HostPort(random.nextBoolean() ? ip() : label() + ".svc", port()),
                new Protocol(least, least + random.nextInt(5)));
    }

    Cluster cluster() {
        return switch (random.nextInt(3)) {
            case 0 -> new Cluster.Eds(text(), duration(), some(0, this::identity));
            case 1 ->
                    new Cluster.OriginalDestination(
                            text(),
                            duration(),
                            random.nextBoolean() ? Optional.of(ip()) : Optional.empty());
            default -> new Cluster.BlackHole(text());
        };
    }

    private SpiffeId identity() {
        return new SpiffeId(label() + ".local", label(), label() + "." + label());
    }

    EndpointGroup endpoints() {
        return new EndpointGroup(
                text(),
                some(
                        0,
                        () ->
                                new Endpoint(
                                        new HostPort(ip(), unique()),
                                        pick(Endpoint.Health.values()),
                                        random.nextBoolean() ? workload() : Workload.NOT_KNOWN,
                                        random.nextBoolean())));
    }

    Listener listener() {
        return switch (random.nextInt(3)) {
            case 0 ->
                    new Listener.Destination(
                            text(),
                            new HostPort(ip(), port()),
                            random.nextBoolean()
                                    ? new Listener.Protocol.Http(text(), text())
                                    : new Listener.Protocol.Tcp(text()));
            case 1 -> new Listener.Outbound(text(), port(), text());
            default ->
                    new Listener.Inbound(
                            text(),
                            port(),
                            some(
                                    0,
                                    () ->
                                            new Listener.Inbound.Port(
                                                    unique(),
                                                    random.nextBoolean(),
                                                    text(),
                                                    text())),
                            text(),
                            random.nextBoolean());
        };
    }

    RouteTable routeTable() {
        return new RouteTable(
                text(),
                some(
                        0,
                        () ->
                                new VirtualHost(
                                        text(),
                                        some(1, () -> label() + "." + unique()),
                                        some(0, this::route))));
    }

    private Route route() {
        return new Route(
                text(),
                new RequestMatch(
                        random.nextBoolean()
                                ? new PathMatch.Exact("/" + text())
                                : new PathMatch.Prefix(
                                        random.nextBoolean() ? "/" : "/" + text() + "x"),
                        some(
                                0,
                                () ->
                                        new HeaderMatch(
                                                random.nextBoolean() ? HeaderMatch.METHOD : label(),
                                                text()))),
                random.nextBoolean() ? forward() : new RouteAction.Respond(status(), text()));
    }

    private RouteAction.Forward forward() {
        List<WeightedCluster> clusters =
                Stream.concat(
                                Stream.of(
                                        new WeightedCluster(text(), 1 + random.nextInt(1_000_000))),
                                some(
                                        0,
                                        () ->
                                                new WeightedCluster(
                                                        text(), random.nextInt(1_000_001)))
                                        .stream())
                        .toList();
        return new RouteAction.Forward(clusters, random.nextInt(5));
    }

    ProxyNode node() {
        Workload workload = workload();
        Map<String, String> labels = new HashMap<>();
        some(0, this::text).forEach(name -> labels.put(name, text()));
        labels.put("service.istio.io/canonical-name", workload.app());
        labels.put("service.istio.io/canonical-revision", workload.version());
        return new ProxyNode(
                new ProxyId(ip(), label() + "." + label(), label()),
                new Revision(label()),
                label(),
                random.nextInt(5),
                workload,
                labels,
                random.nextBoolean(),
                random.nextBoolean());
    }

    private Workload workload() {
        return new Workload(label(), label(), label(), label());
    }

    private <T> List<T> some(int least, Supplier<T> each) {
        return IntStream.range(0, least + random.nextInt(4)).mapToObj(_ -> each.get()).toList();
    }

    private <T> T pick(T[] values) {
        return values[random.nextInt(values.length)];
    }

    private String text() {
        return string(ANYTHING, random.nextInt(12));
    }

    private String label() {
        return string(LETTERS, 1 + random.nextInt(12));
    }

    private String string(String alphabet, int length) {
        int[] all = alphabet.codePoints().toArray();
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < length; i++) {
            text.appendCodePoint(all[random.nextInt(all.length)]);
        }
        return text.toString();
    }

    private String ip() {
        return random.nextBoolean()
                ? "10." + random.nextInt(256) + "." + random.nextInt(256) + ".7"
                : "fd00::" + Integer.toHexString(random.nextInt(65_536));
    }

    private int port() {
        return 1 + random.nextInt(65_535);
    }

    /** A port, another one each time. */
    private int unique() {
        return 1 + counter++ % 65_535;
    }

    private int status() {
        return 200 + random.nextInt(400);
    }

    private Duration duration() {
        return Duration.ofSeconds(random.nextInt(100_000), 1 + random.nextInt(999_999_999));
    }
}
