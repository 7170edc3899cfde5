// SPDX-License-Identifier: Apache-2.0
package io.serin.bench.main;

import io.serin.bench.contender.Contender;
import io.serin.bench.load.Wrk;
import io.serin.bench.process.Child;
import io.serin.bench.profile.Profile;
import io.serin.bench.run.Bench;
import io.serin.bench.run.FirstAnswer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
        name = "profile",
        mixinStandardHelpOptions = true,
        description = {
            "Says where the sidecar's CPU time goes at 64 saturated connections: user and system,",
            "by thread, by part of the program and by method (JDK Flight Recorder)."
        },
        footer = {
            "",
            "Examples:",
            "  serin bench profile",
            "  serin bench profile --seconds 15 --out sidecar.jfr    for JDK Mission Control"
        })
final class ProfileCommand implements Callable<Integer> {

    private static final int CONNECTIONS = 64;
    private static final int METHODS = 30;

    @Option(names = "--warm-up", paramLabel = "SECONDS", description = "By default 8.")
    private int warmUp = 8;

    @Option(names = "--seconds", paramLabel = "SECONDS", description = "By default 5, twice.")
    private int seconds = 5;

    @Option(names = "--out", paramLabel = "FILE", description = "Keeps the recording there.")
    private @Nullable Path out;

    @Option(
            names = "--jvm",
            paramLabel = "OPTION",
            description = "A JVM option that wins over the image's; may be repeated.")
    private List<String> options = List.of();

    @Override
    public Integer call() throws IOException, InterruptedException {
        for (int value : new int[] {warmUp, seconds}) {
            if (value < 1 || value > 600) {
                throw new IllegalArgumentException(value + " seconds (expected: 1 to 600)");
            }
        }
        Progress progress = new Progress(System.err);
        try (Stage stage = Stage.open(progress)) {
            Contender sidecar = stage.sidecar("serin", "Serin", 0, options);
            Bench.Site site = stage.site();
            FirstAnswer first = FirstAnswer.await(sidecar, site.cpus().proxy(), site.folder());
            try (Child child = first.child()) {
                progress.now("warming up");
                site.wrk().load(sidecar.http(), CONNECTIONS, warmUp);
                progress.now("measuring");
                figures(site, sidecar, child);
                progress.now("recording");
                Path recording = record(site, sidecar, child);
                System.out.print(Profile.read(recording).text(METHODS));
                if (out != null) {
                    Files.copy(recording, out, StandardCopyOption.REPLACE_EXISTING);
                }
            }
        }
        progress.end();
        return 0;
    }

    /** Without the recorder: what the kernel counts. */
    private void figures(Bench.Site site, Contender sidecar, Child child)
            throws IOException, InterruptedException {
        Map<Long, Long> threadsBefore = child.proc().threadNanos();
        long[] before = child.proc().userAndSystemNanos();
        Wrk.Outcome outcome = site.wrk().load(sidecar.http(), CONNECTIONS, seconds);
        long[] after = child.proc().userAndSystemNanos();
        double user = (after[0] - before[0]) / 1e3 / outcome.requests();
        double system = (after[1] - before[1]) / 1e3 / outcome.requests();
        System.out.printf(
                Locale.ROOT,
                "%,d requests; CPU µs per request: %.1f = user %.1f + system %.1f%n",
                outcome.requests(),
                user + system,
                user,
                system);
        Map<String, Long> byName = new TreeMap<>();
        long all = 0;
        for (Map.Entry<Long, Long> thread : child.proc().threadNanos().entrySet()) {
            long used = thread.getValue() - threadsBefore.getOrDefault(thread.getKey(), 0L);
            byName.merge(child.proc().threadName(thread.getKey()), used, Long::sum);
            all += used;
        }
        System.out.println("by thread");
        for (Map.Entry<String, Long> thread : byName.entrySet()) {
            double percent = 100.0 * thread.getValue() / Math.max(1, all);
            if (percent >= 0.05) {
                System.out.printf(Locale.ROOT, "  %5.1f %%  %s%n", percent, thread.getKey());
            }
        }
    }

    private Path record(Bench.Site site, Contender sidecar, Child child)
            throws IOException, InterruptedException {
        Path settings = Files.writeString(site.folder().resolve("cpu.jfc"), Profile.SETTINGS);
        Path recording = site.folder().resolve("sidecar.jfr");
        jcmd(site, child, "JFR.start", "name=cpu", "settings=" + settings);
        site.wrk().load(sidecar.http(), CONNECTIONS, seconds);
        jcmd(site, child, "JFR.stop", "name=cpu", "filename=" + recording);
        return recording;
    }

    private static void jcmd(Bench.Site site, Child child, String... what)
            throws IOException, InterruptedException {
        List<String> command =
                List.of(
                        Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(),
                        Long.toString(child.pid()),
                        String.join(" ", what));
        try (Child jcmd =
                Child.start("jcmd", site.cpus().others(), site.folder(), Map.of(), command)) {
            if (jcmd.await() != 0) {
                throw new IOException(what[0] + " failed:\n" + jcmd.output());
            }
        }
    }
}
