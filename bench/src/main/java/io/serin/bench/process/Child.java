// SPDX-License-Identifier: Apache-2.0
package io.serin.bench.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A process on CPUs of its own, whose output goes to a file. */
public final class Child implements AutoCloseable {

    private final String name;
    private final Process process;
    private final Path log;
    private final Proc proc;

    private Child(String name, Process process, Path log) {
        this.name = name;
        this.process = process;
        this.log = log;
        this.proc = new Proc(process.toHandle());
    }

    /**
     * Starts it.
     *
     * @param cpus as taskset reads it; taskset is replaced by the command, so the process is its
     *     own
     * @param folder where it works, and where its log is
     */
    public static Child start(
            String name,
            String cpus,
            Path folder,
            Map<String, String> environment,
            List<String> command)
            throws IOException {
        List<String> pinned = new ArrayList<>(List.of("taskset", "-c", cpus));
        pinned.addAll(command);
        Path log = folder.resolve(name + ".log");
        ProcessBuilder builder =
                new ProcessBuilder(pinned)
                        .directory(folder.toFile())
                        .redirectErrorStream(true)
                        .redirectOutput(log.toFile());
        builder.environment().putAll(environment);
        Process process = builder.start();
        process.getOutputStream().close();
        return new Child(name, process, log);
    }

    public Proc proc() {
        return proc;
    }

    public long pid() {
        return process.pid();
    }

    /** Waits for its end. */
    public int await() throws InterruptedException {
        return process.waitFor();
    }

    /** All that it said. */
    public String output() throws IOException {
        return Files.readString(log);
    }

    /**
     * Throws when it has ended by itself.
     *
     * @throws IOException with its last lines
     */
    public void check() throws IOException {
        if (!process.isAlive()) {
            List<String> lines = output().lines().toList();
            throw new IOException(
                    name
                            + " has ended, "
                            + process.exitValue()
                            + ":\n"
                            + String.join(
                                    "\n",
                                    lines.subList(Math.max(0, lines.size() - 10), lines.size())));
        }
    }

    /** Asks it to end, and makes it after two seconds. */
    @Override
    public void close() {
        List<ProcessHandle> all = process.descendants().toList();
        process.destroy();
        try {
            if (!process.waitFor(2, TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
            }
        } catch (InterruptedException _) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
        all.forEach(ProcessHandle::destroyForcibly);
    }
}
