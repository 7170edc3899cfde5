// SPDX-License-Identifier: Apache-2.0
package io.serin.kube.write;

import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.extended.leaderelection.LeaderCallbacks;
import io.fabric8.kubernetes.client.extended.leaderelection.LeaderElectionConfig;
import io.fabric8.kubernetes.client.extended.leaderelection.LeaderElectionConfigBuilder;
import io.fabric8.kubernetes.client.extended.leaderelection.LeaderElector;
import io.fabric8.kubernetes.client.extended.leaderelection.resourcelock.LeaseLock;
import io.serin.kube.Kube;
import io.serin.kube.type.ObjectName;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One replica's part in an agreement on who of several does what only one may do: a Lease, which
 * its holder renews, and which another takes when it was let go, or not renewed in time.
 *
 * <p>Who holds it is told by the holder's own clock: those of the nodes must agree to within {@code
 * ttl} less {@code renewWithin}, or two may hold it for a moment. So it is for duties that are done
 * twice without harm. Any thread.
 */
public final class Leadership implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Leadership.class);

    /** Who leaves must not be kept by an API server that does not answer. */
    private static final Duration LET_GO_WITHIN = Duration.ofSeconds(2);

    private final KubernetesClient client;
    private final ObjectName lease;
    private final LeaderElectionConfig config;
    private final AtomicReference<@Nullable Thread> seeker = new AtomicReference<>();
    private volatile Runnable onChange = () -> {};
    private volatile boolean isHeld;
    private volatile boolean isClosed;

    /**
     * Seeks nothing yet.
     *
     * @param labels of the Lease, for whoever makes it
     * @param identity of this replica; one that starts again under the same goes on at once
     */
    public Leadership(
            Kube kube,
            ObjectName lease,
            Map<String, String> labels,
            String identity,
            Timing timing) {
        this.client = kube.client();
        this.lease = lease;
        this.config =
                new LeaderElectionConfigBuilder()
                        .withName(lease.toString())
                        .withLock(
                                new LeaseLock(
                                        new ObjectMetaBuilder()
                                                .withNamespace(lease.namespace())
                                                .withName(lease.name())
                                                .withLabels(labels)
                                                .build(),
                                        identity))
                        .withLeaseDuration(timing.ttl())
                        .withRenewDeadline(timing.renewWithin())
                        .withRetryPeriod(timing.retryEvery())
                        .withReleaseOnCancel(true)
                        .withLeaderCallbacks(
                                new LeaderCallbacks(
                                        () -> changed(true), () -> changed(false), _ -> {}))
                        .build();
    }

    /**
     * How long it lasts.
     *
     * @param ttl after which another may take a Lease that was not renewed
     * @param renewWithin after which a holder that could not renew it holds it no more; less than
     *     {@code ttl}
     * @param retryEvery how often it is renewed, or sought
     */
    public record Timing(Duration ttl, Duration renewWithin, Duration retryEvery) {

        /**
         * Istio's, but for its pause of 7.5 s: the client library makes pauses up to 2.2 times as
         * long, by chance, and wants one of them to fit into {@code renewWithin}.
         */
        public static final Timing USUAL =
                new Timing(Duration.ofSeconds(30), Duration.ofSeconds(15), Duration.ofSeconds(6));
    }

    /**
     * Seeks it from now on, and again whenever it is lost. Once.
     *
     * @param onChange told, on some thread, that it is held or is no more
     * @throws IllegalArgumentException when the times don't go together
     */
    public void seek(Runnable onChange) {
        this.onChange = onChange;
        LeaderElector first = elector();
        Thread thread =
                Thread.ofVirtual().name("lease " + lease.name()).unstarted(() -> run(first));
        if (!seeker.compareAndSet(null, thread)) {
            throw new IllegalStateException("it is sought already");
        }
        thread.start();
    }

    /** Whether this replica is the one. */
    public boolean isHeld() {
        return isHeld && !isClosed;
    }

    /** An elector ends when it has lost what it held; the next one seeks it anew. */
    private void run(LeaderElector first) {
        for (LeaderElector elector = first; !isClosed; elector = elector()) {
            elector.run();
            changed(false);
        }
    }

    private LeaderElector elector() {
        return client.leaderElector().withConfig(config).build();
    }

    private void changed(boolean held) {
        if (isHeld != held) {
            isHeld = held;
            LOG.info("lease={} held={}", lease, held);
            onChange.run();
        }
    }

    /**
     * Lets it go, if it is held, so that another need not wait: it then runs out within a second.
     * Blocks until it has, but not for long where the API server is away; where it was gained this
     * very moment, that is done a moment after.
     */
    @Override
    public void close() {
        isClosed = true;
        Thread thread = seeker.get();
        if (thread == null) {
            return;
        }
        thread.interrupt();
        try {
            var _ = thread.join(LET_GO_WITHIN);
        } catch (InterruptedException hurried) {
            Thread.currentThread().interrupt();
        }
    }
}
