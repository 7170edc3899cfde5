// SPDX-License-Identifier: Apache-2.0
package io.serin.bench.inner;

import io.serin.api.route.HeaderMatch;
import io.serin.api.route.PathMatch;
import io.serin.api.route.RequestMatch;
import io.serin.api.route.Route;
import io.serin.api.route.RouteAction;
import io.serin.api.route.RouteTable;
import io.serin.api.route.VirtualHost;
import io.serin.proxy.http.HeadScanner;
import io.serin.proxy.outbound.route.Routes;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** What finding the route of a request costs when it is the last of some, the others by header. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class RouteMatchBenchmark {

    /** How many routes are tried. */
    @Param({"1", "10", "100"})
    public int routes;

    private final HeadScanner scanner = new HeadScanner();
    private Routes table = Routes.EMPTY;

    /** Called by JMH when the number of routes is known. */
    @Setup
    public void fill() {
        List<Route> all = new ArrayList<>();
        for (int i = 0; i < routes - 1; i++) {
            all.add(
                    route(
                            new RequestMatch(
                                    new PathMatch.Prefix("/reviews"),
                                    List.of(new HeaderMatch("x-canary", "number-" + i)))));
        }
        all.add(route(RequestMatch.ANY));
        table =
                Routes.of(
                        new RouteTable(
                                "reviews.shop.svc.cluster.local:9080",
                                List.of(new VirtualHost("any", List.of(VirtualHost.ANY), all))),
                        Map.of());
        scanner.scanRequest(Heads.request(8));
    }

    private static Route route(RequestMatch match) {
        return new Route("route", match, new RouteAction.Respond(200, "ok"));
    }

    @Benchmark
    public Routes.@Nullable Action match() {
        return table.match(scanner.head());
    }
}
