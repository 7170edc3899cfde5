// SPDX-License-Identifier: Apache-2.0
package io.serin.local.forward;

import io.vertx.core.Future;
import java.io.IOException;
import java.util.concurrent.ExecutionException;

/** Waits on a virtual thread until something is on its way. */
public final class Sent {

    private Sent() {}

    /**
     * @throws IOException when the client has gone, or this thread is interrupted
     */
    public static void await(Future<Void> written) throws IOException {
        try {
            written.toCompletionStage().toCompletableFuture().get();
        } catch (ExecutionException e) {
            throw new IOException("the client has gone", e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }
}
