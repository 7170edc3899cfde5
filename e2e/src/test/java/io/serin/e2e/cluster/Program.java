// SPDX-License-Identifier: Apache-2.0
package io.serin.e2e.cluster;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/** Runs programs as a person at a shell would, from the top of this tree. */
public final class Program {

    /** The top of this tree. */
    public static final Path ROOT = root();

    private static final Duration PATIENCE = Duration.ofMinutes(10);

    private Program() {}

    /**
     * How a program ended.
     *
     * @param out its standard output
     * @param err its standard error
     */
    public record Ended(List<String> command, int exit, String out, String err) {

        /** Itself, if the program was successful. */
        public Ended orFail() {
            if (exit != 0) {
                throw new AssertionError(
                        "%s: exit %d%n%s%s".formatted(String.join(" ", command), exit, out, err));
            }
            return this;
        }

        /** All that was said, on both streams. */
        public String said() {
            return out + err;
        }
    }

    /** Runs to the end, with a text on standard input. */
    public static Ended run(Map<String, String> environment, String input, List<String> command) {
        Process process = start(environment, command);
        try (var readers = Executors.newVirtualThreadPerTaskExecutor()) {
            CompletableFuture<String> out =
                    CompletableFuture.supplyAsync(() -> all(process.getInputStream()), readers);
            CompletableFuture<String> err =
                    CompletableFuture.supplyAsync(() -> all(process.getErrorStream()), readers);
            try (var in = process.outputWriter(UTF_8)) {
                in.write(input);
            }
            if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
            return new Ended(List.copyOf(command), process.waitFor(), out.join(), err.join());
        } catch (IOException e) {
            throw new UncheckedIOException(String.join(" ", command) + ": " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted in " + String.join(" ", command), e);
        }
    }

    /** Starts, and leaves it to the caller to read and to end. */
    public static Process start(Map<String, String> environment, List<String> command) {
        ProcessBuilder builder = new ProcessBuilder(command).directory(ROOT.toFile());
        builder.environment().putAll(environment);
        try {
            return builder.start();
        } catch (IOException e) {
            throw new UncheckedIOException(command.getFirst() + ": " + e.getMessage(), e);
        }
    }

    private static String all(InputStream stream) {
        try {
            return new String(stream.readAllBytes(), UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Path root() {
        Path folder = Path.of("").toAbsolutePath();
        while (!folder.resolve("kind-config.yaml").toFile().exists()) {
            folder = folder.getParent();
            if (folder == null) {
                throw new IllegalStateException(
                        "not within Serin's tree: " + Path.of("").toAbsolutePath());
            }
        }
        return folder;
    }
}
