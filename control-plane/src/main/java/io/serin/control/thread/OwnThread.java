// SPDX-License-Identifier: Apache-2.0
package io.serin.control.thread;

import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** A verticle that works on a virtual thread of its own, from its start to its stop. */
public abstract class OwnThread extends VerticleBase {

    private final String name;
    private @Nullable Thread thread;

    /**
     * @param name of the thread
     */
    protected OwnThread(String name) {
        this.name = name;
    }

    /** Does the work, and ends when its thread is interrupted. */
    protected abstract void run();

    /** Ends its thread's {@link LockSupport#park}, or the next one. Any thread. */
    protected final void wake() {
        LockSupport.unpark(thread);
    }

    @Override
    public final Future<?> start() {
        thread = Thread.ofVirtual().name(name).start(this::run);
        return Future.succeededFuture();
    }

    @Override
    public final Future<?> stop() {
        if (thread != null) {
            thread.interrupt();
        }
        return Future.succeededFuture();
    }
}
