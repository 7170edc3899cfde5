// SPDX-License-Identifier: Apache-2.0
package io.serin.bench.run;

import io.serin.bench.contender.Contender;
import io.serin.bench.load.Download;
import io.serin.bench.load.Latencies;
import io.serin.bench.load.OpenLoop;
import io.serin.bench.load.Wrk;
import io.serin.bench.process.Child;
import io.serin.bench.process.Cpus;
import io.serin.bench.process.Proc;
import io.serin.bench.report.Figure;
import io.serin.bench.report.Result;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * One run. First everyone is started some times; then all are up, are warmed up, and take turns:
 * whoever disturbs the machine for a while meets all of them. The order moves by one each round.
 */
public final class Bench implements AutoCloseable {

    /**
     * As the issue of coordinated omission is usually measured: 1 000 requests a second over 16.
     */
    private static final int PACED_RATE = 1000;

    private static final int PACED_CONNECTIONS = 16;
    private static final int SATURATED_CONNECTIONS = 64;
    private static final Duration SETTLE = Duration.ofMillis(500);
    private static final Duration PATIENCE = Duration.ofSeconds(2);
    private static final int WARM_UP_TURNS = 3;
    private static final Duration WARM_UP_PACED = Duration.ofMillis(200);

    /** What the run stands on. */
    public record Site(Cpus cpus, Path folder, Child backend, Wrk wrk, String request) {}

    private final Plan plan;
    private final Site site;
    private final List<Contender> contenders;
    private final Consumer<String> progress;
    private final Series series = new Series();
    private final List<String> failures = new ArrayList<>();
    private final Map<Contender, Child> up = new LinkedHashMap<>();
    private final OpenLoop openLoop = new OpenLoop();
    private final Proc self = new Proc(ProcessHandle.current());

    public Bench(Plan plan, Site site, List<Contender> contenders, Consumer<String> progress) {
        this.plan = plan;
        this.site = site;
        this.contenders = List.copyOf(contenders);
        this.progress = progress;
    }

    /** Runs it all; throws when a process ends by itself. */
    public void run() throws IOException, InterruptedException {
        starts();
        for (Contender one : contenders) {
            // Without a proxy there is only the backend, which the others have warmed up.
            if (one.isProxy()) {
                progress.accept("warming up " + one.title());
                warmUp(one);
            }
        }
        List<Contender> order = new ArrayList<>(contenders);
        for (int round = 1; round <= plan.rounds(); round++) {
            for (Contender one : order) {
                progress.accept("round %d of %d: %s".formatted(round, plan.rounds(), one.title()));
                turn(one);
            }
            Collections.rotate(order, -1);
        }
    }

    public List<Result> results() {
        return series.results();
    }

    public List<String> failures() {
        return List.copyOf(failures);
    }

    @Override
    public void close() {
        up.values().forEach(Child::close);
        openLoop.close();
    }

    private void starts() throws IOException, InterruptedException {
        for (int start = 1; start <= plan.starts(); start++) {
            for (Contender one : contenders) {
                if (!one.isProxy()) {
                    continue;
                }
                progress.accept("start %d of %d: %s".formatted(start, plan.starts(), one.title()));
                FirstAnswer first = FirstAnswer.await(one, site.cpus().proxy(), site.folder());
                up.put(one, first.child());
                series.add(Figure.START, one.id(), first.millis());
                Thread.sleep(SETTLE);
                Proc proc = first.child().proc();
                series.add(Figure.REST_RSS, one.id(), proc.rssMebibytes());
                series.add(Figure.REST_PSS, one.id(), proc.pssMebibytes());
                if (start < plan.starts()) {
                    first.child().close();
                    up.remove(one);
                }
            }
        }
    }

    private void warmUp(Contender one) throws IOException, InterruptedException {
        long answered = 0;
        for (int turn = 0; turn < WARM_UP_TURNS && answered < plan.warmRequests(); turn++) {
            answered +=
                    site.wrk().load(one.http(), SATURATED_CONNECTIONS, plan.warmUp()).requests();
        }
        Download.take(one.tcp(), plan.tcp());
        try (OpenLoop.Prepared prepared = openLoop.prepare(paced(one, WARM_UP_PACED))) {
            prepared.run();
        }
    }

    private void turn(Contender one) throws IOException, InterruptedException {
        saturated(one);
        paced(one);
        tcp(one);
        if (one.isProxy()) {
            Proc proc = child(one).proc();
            series.add(Figure.LOADED_RSS, one.id(), proc.rssMebibytes());
            series.add(Figure.LOADED_PSS, one.id(), proc.pssMebibytes());
        }
    }

    private void saturated(Contender one) throws IOException, InterruptedException {
        Meter meter = new Meter(one);
        Wrk.Outcome outcome = site.wrk().load(one.http(), SATURATED_CONNECTIONS, plan.saturated());
        meter.stop();
        if (!outcome.failure().isEmpty() || outcome.requests() == 0) {
            failures.add(
                    "%s, saturated: %d answers; %s"
                            .formatted(one.title(), outcome.requests(), outcome.failure()));
        }
        meter.cpu(Figure.SATURATED_CPU, outcome.requests() * 1e3);
        series.add(Figure.SATURATED_RATE, one.id(), outcome.requests() / outcome.seconds());
        meter.circumstances(Figure.SATURATED_LOAD, Figure.SATURATED_WAIT);
    }

    private void paced(Contender one) throws IOException, InterruptedException {
        try (OpenLoop.Prepared prepared = openLoop.prepare(paced(one, plan.paced()))) {
            Meter meter = new Meter(one);
            Latencies latencies = prepared.run();
            meter.stop();
            if (latencies.failed() > 0) {
                failures.add(
                        "%s, 1 000/s: %d of %d requests"
                                .formatted(
                                        one.title(),
                                        latencies.failed(),
                                        latencies.failed() + latencies.answered()));
            }
            meter.cpu(Figure.PACED_CPU, latencies.answered() * 1e3);
            series.add(Figure.PACED_P50, one.id(), latencies.micros(50));
            series.add(Figure.PACED_P99, one.id(), latencies.micros(99));
            series.add(Figure.PACED_P999, one.id(), latencies.micros(99.9));
            meter.circumstances(Figure.PACED_LOAD, Figure.PACED_WAIT);
        }
    }

    private void tcp(Contender one) throws IOException {
        Meter meter = new Meter(one);
        long bytes = Download.take(one.tcp(), plan.tcp());
        meter.stop();
        // Nanoseconds for a byte are seconds for a GB.
        meter.cpu(Figure.TCP_CPU, (double) bytes);
        series.add(Figure.TCP_RATE, one.id(), (double) bytes / meter.wallNanos());
    }

    private OpenLoop.Load paced(Contender one, Duration duration) {
        return new OpenLoop.Load(
                one.http(), site.request(), PACED_RATE, PACED_CONNECTIONS, duration, PATIENCE);
    }

    private Child child(Contender one) throws IOException {
        Child child = up.get(one);
        if (child == null) {
            throw new IllegalStateException(one.title() + " is not up");
        }
        child.check();
        return child;
    }

    /** CPU time over a while: the proxy's, and that of those who load it and answer it. */
    private final class Meter {

        private final Contender one;
        private final Proc.Cpu proxyBefore;
        private final Proc.Cpu backendBefore;
        private final long loadBefore;
        private final long start;
        private long proxy;
        private long waited;
        private long others;
        private long wall;

        Meter(Contender one) throws IOException {
            this.one = one;
            proxyBefore = proxy();
            backendBefore = site.backend().proc().cpu();
            loadBefore = self.ownAndWaitedForNanos();
            start = System.nanoTime();
        }

        void stop() throws IOException {
            wall = System.nanoTime() - start;
            Proc.Cpu now = proxy();
            proxy = now.nanosSince(proxyBefore);
            waited = Math.max(0, now.waited() - proxyBefore.waited());
            others =
                    site.backend().proc().cpu().nanosSince(backendBefore)
                            + self.ownAndWaitedForNanos()
                            - loadBefore;
        }

        long wallNanos() {
            return wall;
        }

        void cpu(Figure figure, double parts) {
            if (one.isProxy() && parts > 0) {
                series.add(figure, one.id(), proxy / parts);
            }
        }

        /** How far the others are from holding the proxy up, and whether somebody else did. */
        void circumstances(Figure load, Figure wait) {
            int cpus = Math.max(1, site.cpus().count() - 1);
            series.add(load, one.id(), 100.0 * others / wall / cpus);
            if (one.isProxy()) {
                series.add(wait, one.id(), 100.0 * waited / wall);
            }
        }

        private Proc.Cpu proxy() throws IOException {
            return one.isProxy() ? child(one).proc().cpu() : new Proc.Cpu(0, Map.of(), 0);
        }
    }
}
