// SPDX-License-Identifier: Apache-2.0
package io.serin.local.node.process;

import io.serin.local.api.Execution;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.concurrent.CompletableFuture;

/** A command that was started in a running container. */
public final class RunningCommand implements Execution {

    private static final int KILL = 9;

    private final Process process;
    private final CompletableFuture<Integer> exit;

    RunningCommand(Process process) {
        this.process = process;
        this.exit = process.onExit().thenApply(Process::exitValue);
    }

    @Override
    public OutputStream stdin() {
        return process.getOutputStream();
    }

    @Override
    public InputStream stdout() {
        return process.getInputStream();
    }

    @Override
    public InputStream stderr() {
        return process.getErrorStream();
    }

    @Override
    public CompletableFuture<Integer> exit() {
        return exit;
    }

    @Override
    public void close() {
        if (process.isAlive()) {
            // The command is the child of what entered the namespaces for it.
            process.descendants().forEach(child -> Kernel.signal(child.pid(), KILL));
            process.destroyForcibly();
        }
    }
}
