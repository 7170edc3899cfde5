// SPDX-License-Identifier: Apache-2.0
package io.serin.local.node.probe;

import io.serin.local.node.process.ContainerProcess;
import io.serin.local.node.process.RunningCommand;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Whether a command in the container ends with 0. */
record Exec(ContainerProcess container, List<String> command) implements Check {

    private static final int MOST_OUTPUT = 10 * 1024;
    private static final Executor READERS =
            task -> Thread.ofPlatform().daemon().name("exec-output").start(task);

    Exec {
        command = List.copyOf(command);
    }

    @Override
    public Outcome ask(Duration timeout) {
        try (RunningCommand running = container.run(command, false)) {
            CompletableFuture<String> out =
                    CompletableFuture.supplyAsync(() -> text(running.stdout()), READERS);
            CompletableFuture<String> error =
                    CompletableFuture.supplyAsync(() -> text(running.stderr()), READERS);
            int code = running.exit().get(timeout.toMillis(), TimeUnit.MILLISECONDS);
            String said = out.get() + error.get();
            return new Outcome(code == 0, said.strip());
        } catch (TimeoutException late) {
            return new Outcome(
                    false,
                    "command timed out: "
                            + command
                            + " timed out after "
                            + timeout.toSeconds()
                            + "s");
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            return new Outcome(false, "stopped");
        } catch (IOException | ExecutionException failed) {
            return new Outcome(false, String.valueOf(failed.getMessage()));
        }
    }

    private static String text(java.io.InputStream stream) {
        try {
            byte[] first = stream.readNBytes(MOST_OUTPUT);
            // The rest is read, so that the command does not wait for a reader.
            var _ = stream.transferTo(java.io.OutputStream.nullOutputStream());
            return new String(first, StandardCharsets.UTF_8);
        } catch (IOException gone) {
            return "";
        }
    }
}
