// SPDX-License-Identifier: Apache-2.0
package io.serin.bench.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Which CPUs are whose: the first is the proxy's alone, the others are for load and backend. With
 * only one, all share it.
 *
 * @param proxy as taskset reads it
 * @param others as taskset reads it
 * @param count of all
 */
public record Cpus(String proxy, String others, int count) {

    /** Those that this process may use. */
    public static Cpus allowed() throws IOException {
        return of(Proc.field(Path.of("/proc/self/status"), "Cpus_allowed_list:"));
    }

    /**
     * Shares them out.
     *
     * @param list as in /proc/PID/status: {@code 0-3,8}
     */
    static Cpus of(String list) {
        List<Integer> all = new ArrayList<>();
        for (String part : list.split(",", -1)) {
            String[] ends = part.strip().split("-", -1);
            int last = Integer.parseInt(ends[ends.length - 1]);
            for (int cpu = Integer.parseInt(ends[0]); cpu <= last; cpu++) {
                all.add(cpu);
            }
        }
        String first = all.getFirst().toString();
        String rest = all.stream().skip(1).map(String::valueOf).collect(Collectors.joining(","));
        return new Cpus(first, rest.isEmpty() ? first : rest, all.size());
    }

    /** Moves this process, with all its threads, to where the load belongs. */
    public void moveSelf() throws IOException, InterruptedException {
        Process taskset =
                new ProcessBuilder(
                                "taskset",
                                "-apc",
                                others,
                                Long.toString(ProcessHandle.current().pid()))
                        .redirectErrorStream(true)
                        .redirectOutput(Path.of("/dev/null").toFile())
                        .start();
        if (taskset.waitFor() != 0) {
            throw new IOException("taskset -apc " + others + " failed: " + taskset.exitValue());
        }
    }

    /** One sentence for a reader of figures. */
    public String sentence() {
        return count == 1
                ? "one CPU for proxy, load and backend: nothing is pinned apart"
                : "proxy on CPU " + proxy + "; load and backend on " + others;
    }

    static String model() throws IOException {
        return Files.readAllLines(Path.of("/proc/cpuinfo")).stream()
                .filter(line -> line.startsWith("model name"))
                .map(line -> line.substring(line.indexOf(':') + 1).strip())
                .findFirst()
                .orElse("unknown");
    }
}
