// SPDX-License-Identifier: Apache-2.0
package io.serin.bench.load;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.serin.proxy.transport.Loops;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/**
 * Requests at a constant rate over a fixed number of connections, whatever becomes of the answers.
 * A request that is due while all connections are busy waits its turn, and its latency counts from
 * when it was due: who makes others wait can't hide it (the trap that Gil Tene named "coordinated
 * omission"; as wrk2 does).
 *
 * <p>All of a run's state belongs to its event loop; {@link Prepared#run} blocks its caller.
 */
public final class OpenLoop implements AutoCloseable {

    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    private final Loops loops = new Loops(1);

    /**
     * What to send.
     *
     * @param to the server
     * @param request one whole request without a body, as it goes over the wire
     * @param rate requests per second, over all connections
     * @param patience how long answers may take beyond the last request
     */
    public record Load(
            InetSocketAddress to,
            String request,
            int rate,
            int connections,
            Duration duration,
            Duration patience) {

        long requests() {
            return rate * duration.toMillis() / 1000;
        }
    }

    /** Connections that are open and idle, ready to be loaded. */
    public final class Prepared implements AutoCloseable {

        private final Load load;
        private final EventLoop loop;
        private final ByteBuf request;
        private final Deque<Channel> idle = new ArrayDeque<>();
        private final List<Channel> all = new ArrayList<>();

        private Prepared(Load load) throws IOException, InterruptedException {
            this.load = load;
            this.loop = loops.group().next();
            this.request =
                    Unpooled.unreleasableBuffer(
                            Unpooled.copiedBuffer(load.request(), StandardCharsets.US_ASCII));
            for (int i = 0; i < load.connections(); i++) {
                ChannelFuture connected = connect(new Answers()).await();
                if (!connected.isSuccess()) {
                    close();
                    throw new IOException(load.to() + " refuses connections", connected.cause());
                }
                all.add(connected.channel());
            }
            idle.addAll(all);
        }

        private ChannelFuture connect(Answers answers) {
            return new Bootstrap()
                    .group(loop)
                    .channel(loops.channel())
                    .option(ChannelOption.TCP_NODELAY, true)
                    .handler(
                            new ChannelInitializer<Channel>() {
                                @Override
                                protected void initChannel(Channel connecting) {
                                    connecting.pipeline().addLast(answers);
                                }
                            })
                    .connect(load.to());
        }

        /** Sends it all and waits for the answers, as long as there is patience. */
        public Latencies run() throws IOException, InterruptedException {
            Run run = new Run(this);
            loop.execute(run::begin);
            try {
                return run.end.get();
            } catch (ExecutionException e) {
                throw new IOException("load failed", e.getCause());
            }
        }

        @Override
        public void close() {
            all.forEach(channel -> channel.close().syncUninterruptibly());
        }
    }

    /** Opens the connections. */
    public Prepared prepare(Load load) throws IOException, InterruptedException {
        return new Prepared(load);
    }

    @Override
    public void close() {
        loops.close();
    }

    /** One run; on its event loop. */
    private static final class Run implements Answers.Listener {

        final CompletableFuture<Latencies> end = new CompletableFuture<>();

        private final Prepared prepared;
        private final Histogram fromDue = Latencies.histogram();
        private final Histogram fromSent = Latencies.histogram();
        private final Deque<Channel> idle;
        private final long total;
        private long start;

        /** The first request that is not yet sent; those due before it have been. */
        private long next;

        private boolean isTimerSet;
        private long inFlight;
        private long answered;
        private long failed;

        Run(Prepared prepared) {
            this.prepared = prepared;
            this.idle = prepared.idle;
            this.total = prepared.load.requests();
        }

        void begin() {
            for (Channel channel : prepared.all) {
                answersOf(channel).become(this);
            }
            start = System.nanoTime();
            var _ =
                    prepared.loop.schedule(
                            this::giveUp,
                            prepared.load.duration().plus(prepared.load.patience()).toNanos(),
                            TimeUnit.NANOSECONDS);
            tick();
        }

        private long due(long n) {
            int rate = prepared.load.rate();
            return start + n / rate * SECOND + n % rate * SECOND / rate;
        }

        private void timeout() {
            isTimerSet = false;
            if (!end.isDone()) {
                tick();
            }
        }

        private void tick() {
            sendWhatIsDue();
            if (next < total && !isTimerSet) {
                long wait = due(next) - System.nanoTime();
                // Else all connections are busy, and an answer brings the next turn.
                if (wait > 0 || !idle.isEmpty()) {
                    isTimerSet = true;
                    var _ = prepared.loop.schedule(this::timeout, wait, TimeUnit.NANOSECONDS);
                }
            }
        }

        private void sendWhatIsDue() {
            while (next < total && due(next) <= System.nanoTime()) {
                Channel channel = idle.pollFirst();
                if (channel == null) {
                    return;
                }
                if (!channel.isActive()) {
                    continue;
                }
                answersOf(channel).expect(due(next), System.nanoTime());
                next++;
                inFlight++;
                var _ = channel.writeAndFlush(prepared.request.duplicate(), channel.voidPromise());
            }
        }

        @Override
        public void answered(Channel channel, int status, long due, long sent) {
            if (end.isDone()) {
                return;
            }
            long now = System.nanoTime();
            fromDue.recordValue(now - due);
            fromSent.recordValue(now - sent);
            inFlight--;
            if (status == 200) {
                answered++;
            } else {
                failed++;
            }
            idle.addLast(channel);
            finishOrGoOn();
        }

        @Override
        public void lost(Channel channel, long due, long sent) {
            if (end.isDone()) {
                return;
            }
            inFlight--;
            unanswered(due, sent);
            finishOrGoOn();
        }

        private void finishOrGoOn() {
            if (next < total) {
                boolean wasWaiting = due(next) <= System.nanoTime();
                if (wasWaiting) {
                    tick();
                }
            } else if (inFlight == 0) {
                finish();
            }
        }

        private void unanswered(long due, long sent) {
            long now = System.nanoTime();
            failed++;
            fromDue.recordValue(now - due);
            fromSent.recordValue(now - sent);
        }

        /** What has no answer by now is a failure that took at least so long. */
        private void giveUp() {
            if (end.isDone()) {
                return;
            }
            for (Channel channel : prepared.all) {
                answersOf(channel).abandon(this::unanswered);
            }
            for (; next < total; next++) {
                failed++;
                fromDue.recordValue(System.nanoTime() - due(next));
            }
            finish();
        }

        private void finish() {
            end.complete(new Latencies(fromDue, fromSent, answered, failed));
        }

        private static Answers answersOf(Channel channel) {
            return channel.pipeline().get(Answers.class);
        }
    }
}
