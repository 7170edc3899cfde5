// SPDX-License-Identifier: Apache-2.0
package io.serin.proxy.outbound.route;

import io.serin.api.route.HeaderMatch;
import io.serin.api.route.PathMatch;
import io.serin.api.route.Route;
import io.serin.api.route.RouteAction;
import io.serin.api.route.RouteTable;
import io.serin.api.route.VirtualHost;
import io.serin.api.route.WeightedCluster;
import io.serin.proxy.http.Head;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/** A route table as bytes to compare. Immutable. */
@SuppressWarnings(
        "ArrayRecordComponent") // compared byte by byte on the request path, never changed
public final class Routes {

    /** Matches nothing. */
    public static final Routes EMPTY = new Routes("", List.of(), Map.of());

    private final String name;
    private final Map<String, Rule[]> exactHosts = new HashMap<>();
    private final List<SuffixHost> suffixHosts = new ArrayList<>();
    private Rule @Nullable [] anyHost;
    private final boolean hostMatters;

    private record SuffixHost(String suffix, Rule[] rules) {}

    /** What to do with a request. */
    public sealed interface Action {

        record Respond(int status, String body) implements Action {}

        /**
         * @param clusters as many as weights; null where a cluster does not exist
         * @param total the sum of the weights, more than zero
         */
        record Forward(@Nullable ClusterView[] clusters, long[] weights, long total, int retries)
                implements Action {

            /** One of the clusters, by weight. */
            public @Nullable ClusterView pick(SplittableRandom random) {
                if (clusters.length == 1) {
                    return clusters[0];
                }
                long at = random.nextLong(total);
                int i = 0;
                while (at >= weights[i]) {
                    at -= weights[i++];
                }
                return clusters[i];
            }
        }
    }

    private record HeaderRule(byte[] name, byte[] value) {}

    private record Rule(
            byte[] path,
            boolean exact,
            byte @Nullable [] method,
            HeaderRule[] headers,
            Action action) {

        boolean matches(Head head) {
            boolean pathMatches =
                    exact ? head.pathEquals(path) : path.length == 0 || head.pathHasPrefix(path);
            if (!pathMatches || (method != null && !head.methodEquals(method))) {
                return false;
            }
            for (HeaderRule header : headers) {
                if (!head.headerEquals(header.name, header.value)) {
                    return false;
                }
            }
            return true;
        }
    }

    public static Routes of(RouteTable table, Map<String, ClusterView> clusters) {
        return new Routes(table.name(), table.hosts(), clusters);
    }

    private Routes(String name, List<VirtualHost> hosts, Map<String, ClusterView> clusters) {
        this.name = name;
        for (VirtualHost host : hosts) {
            Rule[] rules = host.routes().stream().map(r -> rule(r, clusters)).toArray(Rule[]::new);
            for (String domain : host.domains()) {
                if (domain.equals(VirtualHost.ANY)) {
                    anyHost = rules;
                } else if (domain.startsWith("*")) {
                    suffixHosts.add(new SuffixHost(domain.substring(1), rules));
                } else {
                    exactHosts.put(domain, rules);
                }
            }
        }
        suffixHosts.sort((a, b) -> Integer.compare(b.suffix.length(), a.suffix.length()));
        hostMatters = !exactHosts.isEmpty() || !suffixHosts.isEmpty();
    }

    /** For messages: what did not match. */
    public String name() {
        return name;
    }

    /** The Service's host: the table's name without the port. */
    public String service() {
        int colon = name.indexOf(':');
        return colon < 0 ? name : name.substring(0, colon);
    }

    /** The action of the first route that matches, of the virtual host that matches best. */
    public @Nullable Action match(Head head) {
        Rule[] rules = hostMatters ? rulesOf(head.hostName()) : anyHost;
        if (rules == null) {
            return null;
        }
        for (Rule rule : rules) {
            if (rule.matches(head)) {
                return rule.action;
            }
        }
        return null;
    }

    private Rule @Nullable [] rulesOf(String host) {
        Rule[] exact = exactHosts.get(host);
        if (exact != null) {
            return exact;
        }
        for (SuffixHost suffix : suffixHosts) {
            if (host.endsWith(suffix.suffix) && host.length() > suffix.suffix.length()) {
                return suffix.rules;
            }
        }
        return anyHost;
    }

    private static Rule rule(Route route, Map<String, ClusterView> clusters) {
        byte[] method = null;
        List<HeaderRule> headers = new ArrayList<>();
        for (HeaderMatch header : route.match().headers()) {
            if (header.name().equals(HeaderMatch.METHOD)) {
                method = bytes(header.value());
            } else {
                headers.add(new HeaderRule(bytes(header.name()), bytes(header.value())));
            }
        }
        HeaderRule[] headerRules = headers.toArray(HeaderRule[]::new);
        Action action = action(route.action(), clusters);
        return switch (route.match().path()) {
            case PathMatch.Exact(String path) ->
                    new Rule(bytes(path), true, method, headerRules, action);
            case PathMatch.Prefix(String path) ->
                    new Rule(
                            path.equals("/") ? new byte[0] : bytes(path),
                            false,
                            method,
                            headerRules,
                            action);
        };
    }

    private static Action action(RouteAction action, Map<String, ClusterView> clusters) {
        return switch (action) {
            case RouteAction.Respond(int status, String body) -> new Action.Respond(status, body);
            case RouteAction.Forward forward -> {
                List<WeightedCluster> shares =
                        forward.clusters().stream().filter(c -> c.weight() > 0).toList();
                @Nullable ClusterView[] targets = new @Nullable ClusterView[shares.size()];
                long[] weights = new long[shares.size()];
                long total = 0;
                for (int i = 0; i < weights.length; i++) {
                    targets[i] = clusters.get(shares.get(i).cluster());
                    weights[i] = shares.get(i).weight();
                    total += weights[i];
                }
                yield new Action.Forward(targets, weights, total, forward.retries());
            }
        };
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }
}
