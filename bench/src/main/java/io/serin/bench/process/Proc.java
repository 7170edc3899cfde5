// SPDX-License-Identifier: Apache-2.0
package io.serin.bench.process;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/** What /proc says of a process and its descendants. */
public final class Proc {

    /** USER_HZ: what times in /proc are told in, 100 on every Linux. */
    private static final long NANOS_OF_TICK = 10_000_000;

    private final ProcessHandle root;

    public Proc(ProcessHandle root) {
        this.root = root;
    }

    /**
     * What a process and its descendants had used at some moment.
     *
     * @param ticks of each process, ended threads too; steps of 10 ms
     * @param nanos of each thread that was alive
     * @param waited how long all of them had been ready to run and did not, since there was no CPU
     */
    public record Cpu(long ticks, Map<Long, Long> nanos, long waited) {

        /**
         * User and system time since then, in nanoseconds: exact where no thread has ended
         * meanwhile, else in steps of 10 ms.
         */
        public long nanosSince(Cpu before) {
            if (!nanos.keySet().containsAll(before.nanos.keySet())) {
                return (ticks - before.ticks) * NANOS_OF_TICK;
            }
            long sum = 0;
            for (Map.Entry<Long, Long> thread : nanos.entrySet()) {
                sum += thread.getValue() - before.nanos.getOrDefault(thread.getKey(), 0L);
            }
            return sum;
        }
    }

    /** What it has used so far. */
    public Cpu cpu() throws IOException {
        long ticks = 0;
        long waited = 0;
        Map<Long, Long> nanos = new HashMap<>();
        for (long pid : pids().toArray()) {
            ticks += ticks(pid, 2);
            Path tasks = Path.of("/proc/" + pid + "/task");
            try (DirectoryStream<Path> threads = Files.newDirectoryStream(tasks)) {
                for (Path thread : threads) {
                    String[] fields = schedule(thread).split(" ", -1);
                    if (fields.length == 3) {
                        nanos.put(
                                Long.parseLong(thread.getFileName().toString()),
                                Long.parseLong(fields[0]));
                        waited += Long.parseLong(fields[1]);
                    }
                }
            }
        }
        return new Cpu(ticks, Map.copyOf(nanos), waited);
    }

    /** Time on a CPU, time waiting for one, and turns; empty when the thread has just ended. */
    private static String schedule(Path thread) {
        try {
            return Files.readString(thread.resolve("schedstat")).strip();
        } catch (IOException ended) {
            return "";
        }
    }

    /** utime, stime, cutime and cstime, the sum of as many of them as are asked for. */
    private static long ticks(long pid, int fields) throws IOException {
        String stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
        return Arrays.stream(stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1))
                .skip(11)
                .limit(fields)
                .mapToLong(Long::parseLong)
                .sum();
    }

    /** User time and system time of the process alone, in nanoseconds; steps of 10 ms. */
    public long[] userAndSystemNanos() throws IOException {
        long user = NANOS_OF_TICK * ticks(root.pid(), 1);
        return new long[] {user, NANOS_OF_TICK * ticks(root.pid(), 2) - user};
    }

    /** CPU time of each thread that is alive, in nanoseconds, by its number. */
    public Map<Long, Long> threadNanos() throws IOException {
        return cpu().nanos();
    }

    /** What a thread is called, at most 15 characters of it. */
    public String threadName(long thread) throws IOException {
        return Files.readString(Path.of("/proc/" + root.pid() + "/task/" + thread + "/comm"))
                .strip();
    }

    /** User and system time of the process alone, with the children that it has waited for. */
    public long ownAndWaitedForNanos() throws IOException {
        return NANOS_OF_TICK * ticks(root.pid(), 4);
    }

    /** Resident pages in MiB; what several processes share counts for each. */
    public double rssMebibytes() throws IOException {
        return sum("status", "VmRSS:");
    }

    /** Resident pages in MiB, shared ones by the part that falls to each who has them. */
    public double pssMebibytes() throws IOException {
        return sum("smaps_rollup", "Pss:");
    }

    private double sum(String file, String name) throws IOException {
        long kibibytes = 0;
        for (long pid : pids().toArray()) {
            String value = field(Path.of("/proc/" + pid + "/" + file), name);
            kibibytes += Long.parseLong(value.replace("kB", "").strip());
        }
        return kibibytes / 1024.0;
    }

    private LongStream pids() {
        return Stream.concat(Stream.of(root), root.descendants()).mapToLong(ProcessHandle::pid);
    }

    /** The rest of the line that begins so. */
    static String field(Path file, String name) throws IOException {
        try (Stream<String> lines = Files.lines(file)) {
            return lines.filter(line -> line.startsWith(name))
                    .map(line -> line.substring(name.length()).strip())
                    .findFirst()
                    .orElseThrow(() -> new NoSuchFileException(file + " has no " + name));
        }
    }
}
