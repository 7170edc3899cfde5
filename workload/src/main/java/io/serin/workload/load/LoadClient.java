// SPDX-License-Identifier: Apache-2.0
package io.serin.workload.load;

import io.serin.workload.dns.DnsCache;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/**
 * Sends requests at a constant rate and prints a line of JSON each second.
 *
 * <p>The rate does not depend on the answers: a request is sent when it is due, on a virtual thread
 * of its own. It is sent once. It has succeeded when a status of 200 to 299 came back in time;
 * anything else, silence included, is a failure. Told to stop, it waits for the answers that are
 * still due, and prints one last line, {@code {"final":true,…}}.
 */
public final class LoadClient {

    /** How far behind its time a request may be sent before it is called late. */
    private static final long LATE_NANOS = 10_000_000;

    private final LoadSettings settings;
    private final Consumer<String> lines;
    private final Tally tally = new Tally();
    private final CountDownLatch stopped = new CountDownLatch(1);
    private final CountDownLatch finished = new CountDownLatch(1);

    LoadClient(LoadSettings settings, Consumer<String> lines) {
        this.settings = settings;
        this.lines = lines;
    }

    public static void main(String[] args) throws InterruptedException {
        DnsCache.outlastOutages();
        LoadSettings settings;
        try {
            settings = LoadSettings.read(args, System.getenv());
        } catch (IllegalArgumentException e) {
            System.err.println("load: " + e.getMessage());
            System.exit(2);
            return;
        }
        LoadClient client = new LoadClient(settings, System.out::println);
        Runtime.getRuntime()
                .addShutdownHook(
                        Thread.ofPlatform()
                                .unstarted(() -> {
                                    client.stop();
                                    // A JVM that a signal ended says 143 otherwise.
                                    Runtime.getRuntime().halt(0);
                                }));
        client.run();
    }

    /** Goes on until the duration is over or {@link #stop} is called. */
    void run() throws InterruptedException {
        long start = System.nanoTime();
        Thread reporter = Thread.ofVirtual().start(() -> reportEachSecond(start));
        try (Connections connections = new Connections(settings.host(), settings.port())) {
            fireAll(new Pace(start, settings.rate()), new Shot(settings, connections, tally));
            awaitAnswers();
        }
        reporter.interrupt();
        reporter.join();
        lines.accept(
                Report.last(Instant.now(), millisSince(start), tally.outstanding(), tally.total()));
        finished.countDown();
    }

    /** Ends the run, and returns when its last line is written. */
    void stop() {
        stopped.countDown();
        try {
            finished.await();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private void fireAll(Pace pace, Shot shot) {
        long count =
                settings.duration().isZero()
                        ? Long.MAX_VALUE
                        : settings.duration().toSeconds() * settings.rate();
        for (long n = 0; n < count && stopped.getCount() > 0; n++) {
            long number = n;
            long due = pace.due(n);
            for (long wait = due - System.nanoTime(); wait > 0; wait = due - System.nanoTime()) {
                LockSupport.parkNanos(wait);
            }
            tally.sent(System.nanoTime() - due > LATE_NANOS);
            Thread.startVirtualThread(() -> shot.fire(number, due));
        }
    }

    private void awaitAnswers() throws InterruptedException {
        long deadline = System.nanoTime() + settings.timeout().plusSeconds(1).toNanos();
        while (tally.outstanding() > 0 && System.nanoTime() < deadline) {
            Thread.sleep(10);
        }
    }

    private void reportEachSecond(long start) {
        try {
            for (int second = 1; ; second++) {
                long due = start + TimeUnit.SECONDS.toNanos(second);
                Thread.sleep(Duration.ofNanos(Math.max(0, due - System.nanoTime())));
                lines.accept(
                        Report.second(
                                Instant.now(),
                                millisSince(start),
                                tally.turnOver(),
                                tally.outstanding(),
                                tally.total()));
            }
        } catch (InterruptedException _) {
            // The run is over; its last line says all.
        }
    }

    private static long millisSince(long start) {
        return Duration.ofNanos(System.nanoTime() - start).toMillis();
    }
}
