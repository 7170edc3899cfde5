// SPDX-License-Identifier: Apache-2.0
package io.serin.local.node.process;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One run of a container: process 1 of a pid and a mount namespace of its own, in its pod's
 * network, host name and IPC namespaces. With process 1 the kernel ends all others and takes the
 * mounts away.
 */
public final class ContainerProcess {

    private static final Logger LOG = LoggerFactory.getLogger(ContainerProcess.class);
    private static final int TERM = 15;
    private static final int KILL = 9;
    private static final int STACK = 128 * 1024;

    /** Of one that was over before its number could be read. */
    private static final long ENDED = 0;

    /** What the script says when nothing but the program itself is left to start. */
    private static final String READY = "\u0001ready\n";

    private final Process outer;
    private final Path namespaces;
    private final Command command;
    private final CompletableFuture<Long> started = new CompletableFuture<>();
    private final CompletableFuture<Integer> exit = new CompletableFuture<>();

    /** Whether process 1 has become a child of this process, if that is process 1 itself. */
    private volatile boolean killed;

    /** Whether some of its output could not be kept. Of the thread that reads it. */
    private boolean loses;

    private ContainerProcess(Process outer, Path namespaces, Command command) {
        this.outer = outer;
        this.namespaces = namespaces;
        this.command = command;
    }

    /**
     * Starts it and waits until its own program runs.
     *
     * @param namespaces {@code /proc/PID/ns} of the pod's pause process
     * @param preparation a script that makes the file system; fails the start by failing
     * @param log gets both of its outputs, and is closed when they end
     * @throws StartFailure with what the preparation said
     */
    public static ContainerProcess start(
            String name, Path namespaces, String preparation, Command command, LogFile log)
            throws IOException {
        List<String> words = new ArrayList<>(enter(namespaces));
        words.addAll(
                List.of(
                        Tools.UNSHARE,
                        "--mount",
                        "--pid",
                        "--fork",
                        "--kill-child",
                        "--",
                        Tools.SHELL,
                        "-c",
                        script(preparation, command),
                        "container"));
        words.addAll(command.prepared());
        ProcessBuilder builder = new ProcessBuilder(words);
        builder.environment().clear();
        // What a shell says by itself is read here.
        builder.environment().put("LC_ALL", "C");
        builder.redirectErrorStream(true);
        Process outer = builder.start();
        outer.getOutputStream().close();
        ContainerProcess process = new ContainerProcess(outer, namespaces, command);
        // A platform thread: reads of pipes hold a virtual thread's carrier.
        Thread.ofPlatform()
                .daemon()
                .name("output-" + name)
                .stackSize(STACK)
                .start(() -> process.pump(log));
        try {
            process.started.get();
            return process;
        } catch (InterruptedException stopped) {
            process.kill();
            Thread.currentThread().interrupt();
            throw new StartFailure("stopped while it was being started");
        } catch (java.util.concurrent.ExecutionException failed) {
            throw failed.getCause() instanceof IOException known
                    ? known
                    : new IOException(failed.getCause());
        }
    }

    private static String script(String preparation, Command command) {
        String path = command.environment().getOrDefault("PATH", "/usr/bin:/bin");
        String program = command.words().getFirst();
        return "set -e\n"
                + preparation
                + "if ! (cd "
                + quoted(command.workingDirectory())
                + " && PATH="
                + quoted(path)
                + " command -v "
                + quoted(program)
                + " > /dev/null); then\n"
                + "  if [ -d "
                + quoted(command.workingDirectory())
                + " ]; then echo exec: "
                + quoted("\"" + program + "\": executable file not found in $PATH")
                + "; else echo chdir to cwd "
                + quoted("(\"" + command.workingDirectory() + "\"): no such file or directory")
                + "; fi\n  exit 126\nfi\n"
                // Else only root could open /dev/stdout and /dev/stderr.
                + Tools.CHOWN
                + " "
                + command.identity().user()
                + " /proc/self/fd/1\n"
                + "printf '\\001ready\\n'\nexec \"$@\"\n";
    }

    /** As one word of a shell. */
    public static String quoted(String word) {
        return "'" + word.replace("'", "'\\''") + "'";
    }

    private static List<String> enter(Path namespaces) {
        return List.of(
                Tools.NSENTER,
                "--net=" + namespaces.resolve("net"),
                "--uts=" + namespaces.resolve("uts"),
                "--ipc=" + namespaces.resolve("ipc"),
                "--");
    }

    private void pump(LogFile log) {
        try (log;
                InputStream output = outer.getInputStream()) {
            byte[] buffer = new byte[8192];
            if (isReady(output)) {
                started.complete(inner());
                for (int read = output.read(buffer); read >= 0; read = output.read(buffer)) {
                    keep(log, buffer, read);
                }
            }
        } catch (IOException lost) {
            LOG.warn("reading a container's output failed error={}", lost.toString());
        } finally {
            finish();
        }
    }

    /** A container does not end because there is no room for what it says. */
    private void keep(LogFile log, byte[] output, int length) {
        try {
            log.append(output, 0, length);
        } catch (IOException full) {
            if (!loses) {
                loses = true;
                LOG.warn("a container's output is lost error={}", full.toString());
            }
        }
    }

    /** Whether the marker came; else all that came is why not. */
    private boolean isReady(InputStream output) throws IOException {
        ByteArrayOutputStream said = new ByteArrayOutputStream();
        for (int next = output.read(); next >= 0; next = output.read()) {
            said.write(next);
            if (next == '\n' && said.toString(StandardCharsets.UTF_8).endsWith(READY)) {
                return true;
            }
        }
        String why = said.toString(StandardCharsets.UTF_8).strip();
        started.completeExceptionally(
                new StartFailure(why.isEmpty() ? "it ended before it had begun" : why));
        return false;
    }

    private void finish() {
        try {
            int code = outer.waitFor();
            if (killed) {
                Kernel.reap(pid());
            }
            started.completeExceptionally(new StartFailure("it ended with code " + code));
            exit.complete(code);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            exit.completeExceptionally(stopped);
        }
    }

    /** The process that the namespace knows as 1. */
    private long inner() throws IOException {
        long pid = outer.pid();
        Path children =
                Path.of("/proc", Long.toString(pid), "task", Long.toString(pid), "children");
        if (Files.isReadable(children)) {
            String held = Files.readString(children).strip();
            if (!held.isEmpty()) {
                return Long.parseLong(held.split(" ", 2)[0]);
            }
        }
        return outer.children().mapToLong(ProcessHandle::pid).findFirst().orElse(ENDED);
    }

    /** Its number as the node sees it. */
    public long pid() {
        return started.getNow(-1L);
    }

    /**
     * Completes with the exit code when its output has been read; 128 + the signal that ended it.
     */
    public CompletableFuture<Integer> exit() {
        return exit;
    }

    /** Asks it to end. */
    public void signal(int signal) {
        long pid = pid();
        if (pid > 0 && outer.isAlive()) {
            Kernel.signal(pid, signal);
        }
    }

    public void terminate() {
        signal(TERM);
    }

    /**
     * Ends it, and with it all processes of the container. The one that waits for process 1 goes
     * first: it would take part of the news for an error of its own.
     */
    public void kill() {
        if (outer.isAlive()) {
            outer.destroyForcibly();
            killed = true;
            Kernel.signal(pid(), KILL);
        }
    }

    /** A command in the container, with its identity and environment. */
    public RunningCommand run(List<String> words, boolean stdin) throws IOException {
        String pid = Long.toString(pid());
        List<String> all = new ArrayList<>(enter(namespaces).subList(0, 4));
        all.addAll(List.of("--target", pid, "--mount", "--pid", "--"));
        all.addAll(command.with(words).prepared());
        ProcessBuilder builder = new ProcessBuilder(all);
        builder.environment().clear();
        builder.environment().put("LC_ALL", "C");
        Process process = builder.start();
        if (!stdin) {
            process.getOutputStream().close();
        }
        return new RunningCommand(process);
    }
}
