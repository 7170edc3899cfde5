// SPDX-License-Identifier: Apache-2.0
package io.serin.control.translate;

import io.serin.api.backend.Endpoint;
import io.serin.api.backend.Workload;
import io.serin.api.name.HostPort;
import io.serin.api.name.ProxyId;
import io.serin.api.name.Revision;
import io.serin.api.name.ServiceName;
import io.serin.api.name.SpiffeId;
import io.serin.api.route.HeaderMatch;
import io.serin.api.route.PathMatch;
import io.serin.api.route.RequestMatch;
import io.serin.api.snapshot.ProxyNode;
import io.serin.control.index.MeshIndex;
import io.serin.control.index.ServiceEntry;
import io.serin.control.index.ServicePort;
import io.serin.control.index.ServiceRoute;
import io.serin.control.index.WorkloadEntry;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * A mesh in a few lines, for tests.
 *
 * <pre>
 * service reviews.shop 10.96.0.1 9080 9090/tcp        (- for no ClusterIP)
 * endpoint reviews.shop:9080 10.0.0.1:9080 draining
 * pod 10.0.0.1 reviews-v1-abc.shop 9080=reviews.shop 9443/tcp=reviews.shop
 * mtls 10.0.0.1 reviews.shop
 * route shop/canary reviews.shop:9080                 (no port: all)
 *   =/exact GET, /prefix x-user=ada -&gt; reviews-v1.shop:9080*90 ?*10
 *   any -&gt; none
 * headless db.shop 10.0.0.5 db-0                      (no name: none)
 * home shop 1-1
 * </pre>
 */
public final class MeshText {

    private final Map<ServiceName, ServiceEntry> services = new LinkedHashMap<>();
    private final Map<ServicePort, List<Endpoint>> endpoints = new LinkedHashMap<>();
    private final Map<String, WorkloadEntry> workloads = new LinkedHashMap<>();
    private final Map<ServiceName, List<ServiceRoute>> routes = new LinkedHashMap<>();
    private final Map<ServiceName, SortedMap<String, String>> headless = new LinkedHashMap<>();
    private final Map<String, Revision> homes = new LinkedHashMap<>();

    private MeshText() {}

    public static MeshIndex index(String text) {
        var mesh = new MeshText();
        List<String> lines = text.lines().filter(line -> !line.isBlank()).toList();
        for (int i = 0; i < lines.size(); i++) {
            List<String> words = words(lines.get(i));
            switch (words.getFirst()) {
                case "service" -> mesh.service(words);
                case "endpoint" -> mesh.endpoint(words);
                case "pod" -> mesh.pod(words);
                case "mtls" -> mesh.mtls(words);
                case "route" -> {
                    List<String> rules = new ArrayList<>();
                    while (i + 1 < lines.size() && lines.get(i + 1).startsWith(" ")) {
                        i++;
                        rules.add(lines.get(i).strip());
                    }
                    mesh.route(words, rules);
                }
                case "headless" ->
                        mesh.headless
                                .computeIfAbsent(serviceName(words.get(1)), _ -> new TreeMap<>())
                                .put(words.get(2), words.size() > 3 ? words.get(3) : "");
                case "home" -> mesh.homes.put(words.get(1), new Revision(words.get(2)));
                default -> throw new IllegalArgumentException(lines.get(i));
            }
        }
        return new MeshIndex(
                mesh.services,
                mesh.endpoints,
                mesh.workloads,
                mesh.routes,
                mesh.headless,
                mesh.homes);
    }

    /** A proxy, e.g. {@code 10.0.0.1 web-1.shop}, of revision 1-0. */
    public static ProxyNode node(String text) {
        List<String> words = words(text);
        return new ProxyNode(
                new ProxyId(words.get(0), before(words.get(1)), after(words.get(1))),
                new Revision("1-0"),
                "0.1.0",
                new Workload(after(words.get(1)), before(words.get(1)), "app", "v1"),
                Map.of());
    }

    /** The same proxy, but one that answers its application's questions for names. */
    public static ProxyNode answering(ProxyNode node) {
        return new ProxyNode(
                node.id(),
                node.revision(),
                node.version(),
                node.protocol(),
                node.workload(),
                node.labels(),
                true,
                node.mtls());
    }

    private void service(List<String> words) {
        ServiceName name = serviceName(words.get(1));
        List<ServiceEntry.Port> ports = new ArrayList<>();
        for (String word : words.subList(3, words.size())) {
            boolean tcp = word.endsWith("/tcp");
            int number = Integer.parseInt(tcp ? word.substring(0, word.length() - 4) : word);
            ports.add(new ServiceEntry.Port(number, "", !tcp));
        }
        Optional<String> ip = Optional.of(words.get(2)).filter(it -> !it.equals("-"));
        services.put(name, new ServiceEntry(name, ip, ports));
    }

    private void endpoint(List<String> words) {
        HostPort address = hostPort(words.get(2));
        endpoints
                .computeIfAbsent(servicePort(words.get(1)), _ -> new ArrayList<>())
                .add(
                        new Endpoint(
                                address,
                                words.contains("draining")
                                        ? Endpoint.Health.DRAINING
                                        : Endpoint.Health.HEALTHY,
                                Workload.NOT_KNOWN));
    }

    private void pod(List<String> words) {
        List<WorkloadEntry.ServedPort> served = new ArrayList<>();
        for (String word : words.subList(3, words.size())) {
            List<String> parts = Arrays.asList(word.split("=", 2));
            boolean tcp = parts.getFirst().endsWith("/tcp");
            int number = Integer.parseInt(parts.getFirst().replace("/tcp", ""));
            served.add(new WorkloadEntry.ServedPort(number, !tcp, serviceName(parts.getLast())));
        }
        Workload workload = new Workload(after(words.get(2)), before(words.get(2)), "app", "v1");
        workloads.put(
                words.get(1),
                new WorkloadEntry(words.get(1), before(words.get(2)), workload, served));
    }

    /** A pod's sidecar takes mTLS at all ports, as an account of a namespace. */
    private void mtls(List<String> words) {
        String ip = words.get(1);
        SpiffeId identity =
                new SpiffeId("cluster.local", after(words.get(2)), before(words.get(2)));
        workloads.computeIfPresent(
                ip,
                (_, pod) ->
                        new WorkloadEntry(
                                ip,
                                pod.pod(),
                                pod.workload(),
                                pod.served(),
                                Optional.of(new WorkloadEntry.Mtls(identity))));
        endpoints.replaceAll((_, all) ->
                all.stream()
                        .map(it ->
                                it.address().host().equals(ip)
                                        ? new Endpoint(
                                                it.address(), it.health(), it.workload(), true)
                                        : it)
                        .collect(Collectors.toCollection(ArrayList::new)));
    }

    private void route(List<String> words, List<String> rules) {
        List<String> name = Arrays.asList(words.get(1).split("/", 2));
        List<String> parent = Arrays.asList(words.get(2).split(":", 2));
        Optional<Integer> port =
                parent.size() == 2
                        ? Optional.of(Integer.parseInt(parent.getLast()))
                        : Optional.empty();
        routes.computeIfAbsent(serviceName(parent.getFirst()), _ -> new ArrayList<>())
                .add(
                        new ServiceRoute(
                                name.getFirst(),
                                name.getLast(),
                                port,
                                rules.stream().map(MeshText::rule).toList()));
    }

    private static ServiceRoute.Rule rule(String text) {
        String[] sides = text.split(" -> ", 2);
        List<RequestMatch> matches =
                sides[0].equals("any")
                        ? List.of()
                        : Arrays.stream(sides[0].split(", ", -1)).map(MeshText::match).toList();
        List<ServiceRoute.Backend> backends =
                sides[1].equals("none")
                        ? List.of()
                        : words(sides[1]).stream().map(MeshText::backend).toList();
        return new ServiceRoute.Rule(matches, backends);
    }

    private static RequestMatch match(String text) {
        PathMatch path = RequestMatch.ANY.path();
        List<HeaderMatch> headers = new ArrayList<>();
        for (String word : words(text)) {
            if (word.startsWith("=")) {
                path = new PathMatch.Exact(word.substring(1));
            } else if (word.startsWith("/")) {
                path = new PathMatch.Prefix(word);
            } else if (word.contains("=")) {
                List<String> header = Arrays.asList(word.split("=", 2));
                headers.add(new HeaderMatch(header.getFirst(), header.getLast()));
            } else {
                headers.add(new HeaderMatch(HeaderMatch.METHOD, word));
            }
        }
        return new RequestMatch(path, headers);
    }

    private static ServiceRoute.Backend backend(String text) {
        List<String> parts = Arrays.asList(text.split("\\*", 2));
        int weight = Integer.parseInt(parts.getLast());
        if (parts.getFirst().equals("?")) {
            return new ServiceRoute.Backend.Unresolved("not there", weight);
        }
        ServicePort port = servicePort(parts.getFirst());
        return new ServiceRoute.Backend.Resolved(port.service(), port.port(), weight);
    }

    private static ServicePort servicePort(String text) {
        HostPort parts = hostPort(text);
        return new ServicePort(serviceName(parts.host()), parts.port());
    }

    private static HostPort hostPort(String text) {
        int colon = text.lastIndexOf(':');
        return new HostPort(text.substring(0, colon), Integer.parseInt(text.substring(colon + 1)));
    }

    private static ServiceName serviceName(String text) {
        return new ServiceName(after(text), before(text));
    }

    private static String before(String dotted) {
        return dotted.substring(0, dotted.indexOf('.'));
    }

    private static String after(String dotted) {
        return dotted.substring(dotted.indexOf('.') + 1);
    }

    private static List<String> words(String text) {
        return Arrays.asList(text.strip().split(" +", -1));
    }
}
