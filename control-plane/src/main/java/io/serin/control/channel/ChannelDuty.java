// SPDX-License-Identifier: Apache-2.0
package io.serin.control.channel;

import io.serin.api.contract.Channel;
import io.serin.api.contract.Objects;
import io.serin.kube.Kube;
import io.serin.kube.type.ObjectName;
import io.serin.kube.write.Leadership;
import io.serin.rollout.channel.ChannelKeeper;
import io.serin.rollout.cluster.KubeChannel;
import io.serin.rollout.cluster.KubeCluster;
import io.serin.rollout.fact.ClusterGone;
import io.serin.rollout.run.Time;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A channel's keeper, at work while this replica holds the channel's Lease: it is stopped in the
 * middle of a move when that is lost, and whoever has it then goes on. On a virtual thread of its
 * own.
 */
public final class ChannelDuty implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(ChannelDuty.class);
    private static final Duration SLICE = Duration.ofSeconds(1);

    private final Channel channel;
    private final Leadership leadership;
    private final ChannelKeeper keeper;
    private final Duration pause;
    private @Nullable Thread thread;

    /**
     * @param instance this replica's name
     * @param pause between two looks
     */
    public ChannelDuty(
            Kube kube, Channel channel, String instance, Duration pause, Leadership.Timing timing) {
        this.channel = channel;
        this.pause = pause;
        leadership =
                new Leadership(
                        kube,
                        new ObjectName(Objects.SYSTEM_NAMESPACE, Objects.channelLease(channel)),
                        KubeChannel.labels(channel),
                        instance,
                        timing);
        KubeCluster cluster = new KubeCluster(kube);
        keeper =
                new ChannelKeeper(
                        channel,
                        cluster,
                        new KubeChannel(kube, cluster, channel, InstantSource.system()),
                        new Held(),
                        instance);
    }

    /** Once. */
    public void start() {
        leadership.seek(() -> {});
        thread = Thread.ofVirtual().name("channel " + channel).start(this::run);
    }

    private void run() {
        try {
            while (true) {
                if (leadership.isHeld()) {
                    look();
                }
                Thread.sleep(pause);
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    private void look() {
        try {
            keeper.look();
        } catch (CancellationException lost) {
            LOG.info("channel={} left to another replica, which goes on", channel);
        } catch (ClusterGone away) {
            LOG.warn("channel={} will be looked at again reason=\"{}\"", channel, away.reason());
        } catch (RuntimeException failed) {
            LOG.warn("channel={} will be looked at again", channel, failed);
        }
    }

    /** Lets another replica go on at once. */
    @Override
    public void close() {
        if (thread != null) {
            thread.interrupt();
        }
        leadership.close();
    }

    /** The machine's time, for as long as the Lease is held. */
    private final class Held implements Time {

        @Override
        public Instant now() {
            return Time.system().now();
        }

        @Override
        public void pass(Duration duration) {
            for (Duration left = duration; left.isPositive(); left = left.minus(SLICE)) {
                if (!leadership.isHeld()) {
                    throw new CancellationException("the Lease is another's");
                }
                Time.system().pass(left.compareTo(SLICE) < 0 ? left : SLICE);
            }
        }
    }
}
