// SPDX-License-Identifier: Apache-2.0
package io.serin.control.serve;

import static org.assertj.core.api.Assertions.assertThat;

import io.serin.api.codec.TypeUrl;
import io.serin.api.xds.DeltaDiscoveryResponse;
import io.serin.control.index.MeshIndex;
import io.serin.control.translate.MeshText;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.PoolOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Many proxies at once. Prints what it took; asserts only that all of them are served. */
class ScaleIT {

    private final ControlPlaneInProcess control = new ControlPlaneInProcess();
    private final Vertx fleet = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1));

    @AfterEach
    void stop() {
        // A thousand goodbyes take a while, and nobody waits for them.
        fleet.close();
        control.vertx.close();
    }

    @Test
    void tellsAllOfManyProxiesOfAnEndpointThatIsGone() throws Exception {
        int proxies = 200;
        int services = 200;
        var removal = new Watcher("10.9.9.9", proxies);
        MeshIndex before = mesh(services, "10.9.9.9");
        MeshIndex after = mesh(services, "10.8.8.8");
        control.change(before, true);
        connect(proxies, services, removal::observe);

        for (int round = 0; round < 5; round++) {
            CountDownLatch gone = removal.expectWithout("10.9.9.9", proxies);
            long began = System.nanoTime();
            control.change(after, true);
            assertThat(gone.await(60, TimeUnit.SECONDS)).isTrue();
            System.out.printf(
                    "%d proxies x %d services: endpoint removal to last proxy %d ms%n",
                    proxies, services, millisSince(began));

            CountDownLatch back = removal.expectWith("10.9.9.9", proxies);
            control.change(before, true);
            assertThat(back.await(60, TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void takesAThousandProxiesThatComeAtOnce() throws Exception {
        int proxies = 1_000;
        int services = 20;
        control.change(mesh(services, "10.9.9.9"), true);
        long heapBefore = heapUsed();
        long began = System.nanoTime();
        var bytes = new LongAdder();

        connect(proxies, services, (_, response) -> bytes.add(response.getSerializedSize()));

        System.out.printf(
                "%d proxies x %d services come at once: all served after %d ms, %d MiB sent, "
                        + "heap of both sides %d KiB per proxy%n",
                proxies,
                services,
                millisSince(began),
                bytes.sum() >> 20,
                (heapUsed() - heapBefore) / proxies >> 10);
        assertThat(control.proxies.list()).hasSize(proxies);
    }

    private interface Observer {
        void observe(SimulatedProxy proxy, DeltaDiscoveryResponse response);
    }

    /** Connects them all at once, and waits until each has all routes. */
    private void connect(int proxies, int services, Observer observer) throws InterruptedException {
        HttpClient client =
                fleet.createHttpClient(
                        new HttpClientOptions()
                                .setProtocolVersion(HttpVersion.HTTP_2)
                                .setHttp2ClearTextUpgrade(false)
                                .setHttp2MultiplexingLimit(1),
                        new PoolOptions().setHttp2MaxSize(proxies));
        var missing = new AtomicLong((long) proxies * services);
        var complete = new CountDownLatch(1);
        for (int i = 0; i < proxies; i++) {
            var proxy =
                    new SimulatedProxy(
                            MeshText.node("10.1." + i / 250 + "." + i % 250 + " p" + i + ".shop"),
                            (self, response) -> {
                                observer.observe(self, response);
                                if (response.getTypeUrl().equals(TypeUrl.ROUTE.url())
                                        && missing.addAndGet(-response.getResourcesCount()) == 0) {
                                    complete.countDown();
                                }
                            });
            proxy.connect(client, control.port())
                    .onFailure(fault -> System.out.println("not connected: " + fault));
        }
        assertThat(complete.await(120, TimeUnit.SECONDS)).isTrue();
    }

    /** Counts the proxies that were told of endpoints with, or without, an address. */
    private static final class Watcher {

        private volatile Expectation expectation;

        private record Expectation(String address, boolean present, CountDownLatch latch) {}

        Watcher(String address, int proxies) {
            this.expectation = new Expectation(address, true, new CountDownLatch(proxies));
        }

        CountDownLatch expectWith(String address, int proxies) {
            return expect(address, true, proxies);
        }

        CountDownLatch expectWithout(String address, int proxies) {
            return expect(address, false, proxies);
        }

        private CountDownLatch expect(String address, boolean present, int proxies) {
            var latch = new CountDownLatch(proxies);
            expectation = new Expectation(address, present, latch);
            return latch;
        }

        void observe(SimulatedProxy proxy, DeltaDiscoveryResponse response) {
            Expectation now = expectation;
            if (response.getTypeUrl().equals(TypeUrl.ENDPOINT.url())
                    && response.getResourcesCount() == 1
                    && response.getResources(0)
                                    .getResource()
                                    .getValue()
                                    .toStringUtf8()
                                    .contains(now.address())
                            == now.present()) {
                now.latch().countDown();
            }
        }
    }

    private static MeshIndex mesh(int services, String address) {
        List<String> lines = new ArrayList<>();
        for (int i = 0; i < services; i++) {
            lines.add("service s" + i + ".shop 10.96." + i / 250 + "." + (1 + i % 250) + " 80");
            for (int e = 1; e <= 10; e++) {
                lines.add("endpoint s" + i + ".shop:80 10.2." + i % 250 + "." + e + ":8080");
            }
        }
        lines.add("endpoint s0.shop:80 " + address + ":8080");
        return MeshText.index(String.join("\n", lines));
    }

    private static long millisSince(long nanos) {
        return Duration.ofNanos(System.nanoTime() - nanos).toMillis();
    }

    private static long heapUsed() {
        System.gc();
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }
}
