// SPDX-License-Identifier: Apache-2.0
package io.serin.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.serin.api.backend.Endpoint;
import io.serin.api.backend.Endpoint.Health;
import io.serin.api.backend.Workload;
import io.serin.api.name.HostPort;
import io.serin.api.name.ProxyId;
import io.serin.api.name.Revision;
import io.serin.api.name.ServiceName;
import io.serin.control.index.MeshIndex;
import io.serin.control.index.ServiceEntry;
import io.serin.control.index.ServicePort;
import io.serin.control.index.ServiceRoute;
import io.serin.control.index.ServiceRoute.Backend;
import io.serin.control.index.WorkloadEntry;
import io.serin.control.serve.ProxyStatus;
import io.serin.e2e.envoy.Answers;
import io.serin.e2e.envoy.Envoy;
import io.serin.e2e.envoy.NetworkNamespace;
import io.serin.e2e.envoy.ServingPart;
import io.serin.e2e.envoy.WorkloadServer;
import io.serin.e2e.stage.Waiting;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A stock Envoy takes our xDS and serves the same split. No cluster, no proxy of ours: Envoy stands
 * where the sidecar would, between an application's client and two versions of a server.
 */
class EnvoyStoryIT {

    private static final Revision REVISION = new Revision("1-0");
    private static final ServiceName REVIEWS = new ServiceName("shop", "reviews");
    private static final ServiceName V1 = new ServiceName("shop", "reviews-v1");
    private static final ServiceName V2 = new ServiceName("shop", "reviews-v2");
    private static final ServiceName WEB = new ServiceName("shop", "web");
    private static final int PORT = 9080;
    private static final String URL = "http://10.96.0.1:" + PORT + "/reviews";

    /** Enough for the wanted shares to be off by 2 % in one run of ten thousand. */
    private static final int REQUESTS = 4_000;

    private static final String FROM_V1 = "200 reviews-v1";
    private static final String FROM_V2 = "200 reviews-v2";

    @TempDir Path folder;

    /** What has to be closed, the last first. */
    private final Deque<AutoCloseable> open = new ArrayDeque<>();

    private NetworkNamespace pod;
    private WorkloadServer v1;
    private WorkloadServer v2;
    private WorkloadServer web;

    @BeforeEach
    void setTheStage() {
        assumeThat(System.getProperty("user.name")).as("needs root").isEqualTo("root");
        pod = opened(NetworkNamespace.make());
        v1 = opened(WorkloadServer.start("reviews", "v1", here(), pod.hostAddress()));
        v2 = opened(WorkloadServer.start("reviews", "v2", here(), pod.hostAddress()));
        web = opened(WorkloadServer.start("web", "v1", pod::inside, pod.address()));
    }

    @AfterEach
    void clearTheStage() throws Exception {
        while (!open.isEmpty()) {
            open.pop().close();
        }
    }

    private <T extends AutoCloseable> T opened(T it) {
        open.push(it);
        return it;
    }

    @ParameterizedTest
    @EnumSource
    void servesTheSameSplitAsASidecarOfOurs(Envoy.Protocol protocol) {
        var id = new ProxyId(pod.address(), "web-1", "shop");
        ServingPart control = opened(new ServingPart(REVISION));
        control.serve(mesh(Health.HEALTHY, to(V1, 90), to(V2, 10)));
        Envoy envoy = opened(Envoy.start(pod, id, REVISION, protocol, control.port(), folder));
        until(envoy, answers -> answers.percent(FROM_V1) > 50);

        // The canary gets its share.
        Answers canary = ask(REQUESTS);
        assertThat(canary.percent(FROM_V1)).as("%s", canary).isCloseTo(90, within(2.0));
        assertThat(canary.percent(FROM_V2)).as("%s", canary).isCloseTo(10, within(2.0));

        // Moved while requests are under way, it loses none.
        var meanwhile = CompletableFuture.supplyAsync(() -> ask(REQUESTS / 2));
        control.serve(mesh(Health.HEALTHY, to(V1, 5), to(V2, 95)));
        until(envoy, answers -> answers.percent(FROM_V2) > 50);
        Answers moved = ask(REQUESTS);
        assertThat(moved.percent(FROM_V1)).as("%s", moved).isCloseTo(5, within(2.0));
        assertThat(moved.percent(FROM_V2)).as("%s", moved).isCloseTo(95, within(2.0));
        assertThat(meanwhile.join().counts().keySet()).containsExactlyInAnyOrder(FROM_V1, FROM_V2);

        // A backend that is not there costs its share only; what drains still serves.
        Backend gone = new Backend.Unresolved("Service reviews-v9.shop does not exist", 10);
        control.serve(mesh(Health.DRAINING, to(V1, 90), gone));
        until(envoy, answers -> answers.percent("500") > 0);
        Answers missing = ask(REQUESTS);
        assertThat(missing.percent(FROM_V1)).as("%s", missing).isCloseTo(90, within(2.0));
        assertThat(missing.percent("500")).as("%s", missing).isCloseTo(10, within(2.0));

        // What comes in reaches the application, and what the mesh does not know passes.
        assertThat(Answers.ask(here(), "http://" + web.address() + "/", 10).counts())
                .isEqualTo(Map.of("200 web-v1", 10));
        assertThat(Answers.ask(pod::inside, "http://" + v2.address() + "/", 10).counts())
                .isEqualTo(Map.of(FROM_V2, 10));

        assertThat(envoy.admin("/stats?filter=update_rejected").lines())
                .isNotEmpty()
                .allMatch(line -> line.endsWith(": 0"));
        assertThat(envoy.admin("/stats?filter=0.0.0.0_15006.downstream_cx_total"))
                .as("inbound connections, by the listener that we sent")
                .containsPattern(": [1-9]");
        assertThat(control.proxies())
                .singleElement()
                .satisfies(proxy -> {
                    assertThat(proxy.node().id()).isEqualTo(id);
                    assertThat(proxy.lastNack()).isEmpty();
                    assertThat(proxy.mode())
                            .isEqualTo(
                                    switch (protocol) {
                                        case DELTA_GRPC -> ProxyStatus.Mode.DELTA;
                                        case GRPC -> ProxyStatus.Mode.SOTW;
                                    });
                });
    }

    private Answers ask(int times) {
        return Answers.ask(pod::inside, URL, times);
    }

    private void until(Envoy envoy, Predicate<Answers> condition) {
        try {
            Waiting.until("answers", Duration.ofSeconds(30), () -> condition.test(ask(50)));
        } catch (RuntimeException late) {
            throw new AssertionError("the last ones: " + ask(50) + "\n" + envoy.log(), late);
        }
    }

    private MeshIndex mesh(Health health, Backend... backends) {
        return new MeshIndex(
                Map.of(
                        REVIEWS,
                        service(REVIEWS, "10.96.0.1", PORT),
                        V1,
                        service(V1, "10.96.0.2", PORT),
                        V2,
                        service(V2, "10.96.0.3", PORT),
                        WEB,
                        service(WEB, "10.96.0.4", 80)),
                Map.of(
                        new ServicePort(REVIEWS, PORT),
                        List.of(endpoint(v1, health), endpoint(v2, health)),
                        new ServicePort(V1, PORT),
                        List.of(endpoint(v1, health)),
                        new ServicePort(V2, PORT),
                        List.of(endpoint(v2, health)),
                        new ServicePort(WEB, 80),
                        List.of(endpoint(web, health))),
                Map.of(
                        pod.address(),
                        new WorkloadEntry(
                                pod.address(),
                                "web-1",
                                new Workload("shop", "web", "web", "v1"),
                                List.of(
                                        new WorkloadEntry.ServedPort(
                                                web.address().port(), true, WEB),
                                        new WorkloadEntry.ServedPort(9443, false, WEB)))),
                Map.of(
                        REVIEWS,
                        List.of(
                                new ServiceRoute(
                                        "shop",
                                        "canary",
                                        Optional.of(PORT),
                                        List.of(
                                                new ServiceRoute.Rule(
                                                        List.of(), List.of(backends)))))));
    }

    private static ServiceEntry service(ServiceName name, String clusterIp, int port) {
        return new ServiceEntry(
                name,
                Optional.of(clusterIp),
                List.of(
                        new ServiceEntry.Port(port, "http", true),
                        new ServiceEntry.Port(9443, "tcp", false)));
    }

    private static Endpoint endpoint(WorkloadServer server, Health health) {
        HostPort address = server.address();
        return new Endpoint(address, health, Workload.NOT_KNOWN);
    }

    private static Backend to(ServiceName service, int weight) {
        return new Backend.Resolved(service, PORT, weight);
    }

    private static UnaryOperator<List<String>> here() {
        return UnaryOperator.identity();
    }
}
