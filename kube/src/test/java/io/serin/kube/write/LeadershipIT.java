// SPDX-License-Identifier: Apache-2.0
package io.serin.kube.write;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.fasterxml.jackson.databind.JsonNode;
import io.serin.kube.Kube;
import io.serin.kube.type.ObjectName;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LeadershipIT {

    private static final ObjectName LEASE =
            new ObjectName("istio-system", "istio-gateway-status-leader-1-0");
    private static final String PATH =
            "/apis/coordination.k8s.io/v1/namespaces/istio-system/leases/" + LEASE.name();

    /** So long that a Lease which is let go is told from one that has run out. */
    private static final Leadership.Timing LONG =
            new Leadership.Timing(
                    Duration.ofSeconds(60), Duration.ofSeconds(30), Duration.ofMillis(100));

    private static final Leadership.Timing SHORT =
            new Leadership.Timing(
                    Duration.ofSeconds(3), Duration.ofSeconds(1), Duration.ofMillis(200));

    private @TempDir Path folder;
    private ObjectsHeld api;
    private Kube kube;

    @BeforeEach
    void start() throws IOException {
        api = new ObjectsHeld();
        kube = api.connect(folder);
    }

    @AfterEach
    void stop() {
        kube.close();
        api.close();
    }

    private Leadership replica(String name, Leadership.Timing timing) {
        return new Leadership(kube, LEASE, Map.of("istio.io/rev", "1-0"), name, timing);
    }

    @Test
    void oneOfTwoHoldsItAndTheOtherFollowsAtOnceWhenItIsLetGo() {
        try (Leadership second = replica("b", LONG)) {
            try (Leadership first = replica("a", LONG)) {
                first.seek(() -> {});
                await(first::isHeld);
                second.seek(() -> {});
                await(() -> api.requests.stream().filter(it -> it.startsWith("GET")).count() > 20);

                assertThat(second.isHeld()).isFalse();
                assertThat(lease().at("/spec/holderIdentity").asText()).isEqualTo("a");
                assertThat(lease().at("/metadata/labels/istio.io~1rev").asText()).isEqualTo("1-0");
            }
            await(second::isHeld);
            assertThat(lease().at("/spec/holderIdentity").asText()).isEqualTo("b");
        }
        // The client library does not take its name out, but lets it run out.
        await(() -> lease().at("/spec/leaseDurationSeconds").asInt() == 1);
    }

    /** Once the client library refused the times, on a thread where nobody heard it. */
    @Test
    void theUsualTimesAreTaken() {
        try (Leadership alone = replica("a", Leadership.Timing.USUAL)) {
            alone.seek(() -> {});
            await(alone::isHeld);

            assertThat(lease().at("/spec/leaseDurationSeconds").asInt()).isEqualTo(30);
        }
    }

    @Test
    void timesThatDoNotGoTogetherAreSaidToWhoGaveThem() {
        Duration second = Duration.ofSeconds(1);

        assertThatIllegalArgumentException()
                .isThrownBy(() ->
                        replica("a", new Leadership.Timing(second, second, second)).seek(() -> {}));
    }

    /**
     * As after a crash: the same pod, started again, need not wait until its own Lease runs out.
     */
    @Test
    void theSameReplicaGoesOnWithItsOwn() {
        Leadership first = replica("a", LONG);
        first.seek(() -> {});
        await(first::isHeld);

        try (Leadership again = replica("a", LONG)) {
            again.seek(() -> {});
            await(again::isHeld);
        }
        first.close();
    }

    @Test
    void whoCannotRenewItHoldsItNoMoreAndSeeksItAgain() throws InterruptedException {
        BlockingQueue<String> told = new LinkedBlockingQueue<>();
        try (Leadership alone = replica("a", SHORT)) {
            alone.seek(() -> told.add("changed"));
            await(alone::isHeld);
            assertThat(told.poll(5, TimeUnit.SECONDS)).isEqualTo("changed");

            api.isAway.set(true);
            assertThat(told.poll(10, TimeUnit.SECONDS)).isEqualTo("changed");
            assertThat(alone.isHeld()).isFalse();

            api.isAway.set(false);
            await(alone::isHeld);
        }
    }

    /** A replica that went without a word leaves its Lease as it was. */
    @Test
    void anotherTakesItWhenItHasRunOut() {
        api.put(
                PATH,
                """
                {"apiVersion":"coordination.k8s.io/v1","kind":"Lease",
                 "metadata":{"name":"%s","namespace":"istio-system"},
                 "spec":{"holderIdentity":"gone","leaseDurationSeconds":3,"leaseTransitions":0,
                  "acquireTime":"%s","renewTime":"%s"}}
                """
                        .formatted(LEASE.name(), micros(), micros()));

        try (Leadership other = replica("b", SHORT)) {
            Instant began = Instant.now();
            other.seek(() -> {});
            await(other::isHeld);
            assertThat(Duration.between(began, Instant.now())).isGreaterThan(Duration.ofSeconds(2));
        }
    }

    private static String micros() {
        return Instant.now()
                .truncatedTo(java.time.temporal.ChronoUnit.SECONDS)
                .toString()
                .replace("Z", ".000000Z");
    }

    @Test
    void whoLeavesIsNotKeptByAnApiServerThatIsAway() {
        Leadership alone = replica("a", LONG);
        alone.seek(() -> {});
        await(alone::isHeld);
        api.isAway.set(true);

        Instant began = Instant.now();
        alone.close();

        assertThat(Duration.between(began, Instant.now())).isLessThan(Duration.ofSeconds(5));
        assertThat(alone.isHeld()).isFalse();
    }

    private JsonNode lease() {
        return api.get(PATH).orElseThrow();
    }

    private static void await(BooleanSupplier condition) {
        Instant end = Instant.now().plusSeconds(30);
        while (!condition.getAsBoolean()) {
            assertThat(Instant.now()).as("30 s are over").isBefore(end);
            java.util.concurrent.locks.LockSupport.parkNanos(10_000_000);
        }
    }
}
