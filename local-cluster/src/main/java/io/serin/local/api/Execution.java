// SPDX-License-Identifier: Apache-2.0
package io.serin.local.api;

import java.io.InputStream;
import java.io.OutputStream;
import java.util.concurrent.CompletableFuture;

/** A command that runs in a container. */
public interface Execution extends AutoCloseable {

    /** Closing it ends the command's input. */
    OutputStream stdin();

    InputStream stdout();

    /** Empty with a terminal. */
    InputStream stderr();

    /** Completes with the exit code; that of a signal is 128 + its number. */
    CompletableFuture<Integer> exit();

    /** Ends the command if it still runs. */
    @Override
    void close();
}
