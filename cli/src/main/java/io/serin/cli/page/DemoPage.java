// SPDX-License-Identifier: Apache-2.0
package io.serin.cli.page;

import io.serin.cli.client.Manifests;
import io.serin.cli.demo.event.DemoEvent;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.file.FileSystemOptions;
import java.net.BindException;
import java.time.Duration;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * A page of this machine's loopback that shows the demo as a picture while it happens. A browser
 * may come at any time, and come back. Events may come from any thread, which never waits.
 */
public final class DemoPage implements Consumer<DemoEvent>, AutoCloseable {

    private static final int CLOSING_SECONDS = 2;

    private final Vertx vertx;
    private final PageServer server;
    private final AtomicBoolean closed = new AtomicBoolean();

    private DemoPage(Vertx vertx, PageServer server) {
        this.vertx = vertx;
        this.server = server;
    }

    /**
     * Listens.
     *
     * @param port 0 for any that is free
     * @throws PageFault when it can't, e.g. since somebody else listens there, who is named
     */
    public static DemoPage open(int port) throws PageFault {
        long began = System.nanoTime();
        return open(port, () -> Duration.ofNanos(System.nanoTime() - began));
    }

    static DemoPage open(int port, Supplier<Duration> sinceBeginning) throws PageFault {
        Vertx vertx = Vertx.vertx(oneThread());
        String run = Long.toString(System.currentTimeMillis(), Character.MAX_RADIX);
        PageServer server =
                new PageServer(
                        port,
                        Manifests.resource("/page/demo.html"),
                        new Journal(run),
                        sinceBeginning);
        DemoPage page = new DemoPage(vertx, server);
        try {
            var _ = vertx.deployVerticle(server).toCompletionStage().toCompletableFuture().join();
            return page;
        } catch (CompletionException failed) {
            var _ = vertx.close();
            throw fault(port, failed.getCause() == null ? failed : failed.getCause());
        }
    }

    /** No more of Vert.x than one event loop: nothing blocks here, no file is read. */
    private static VertxOptions oneThread() {
        return new VertxOptions()
                .setEventLoopPoolSize(1)
                .setWorkerPoolSize(1)
                .setInternalBlockingPoolSize(1)
                .setFileSystemOptions(
                        new FileSystemOptions()
                                .setFileCachingEnabled(false)
                                .setClassPathResolvingEnabled(false));
    }

    private static PageFault fault(int port, Throwable cause) {
        if (!(cause instanceof BindException)) {
            return new PageFault("port " + port + ": " + cause.getMessage());
        }
        String holder =
                PortHolder.of(port)
                        .map(PortHolder::toString)
                        .orElse("somebody whom this user may not see");
        return new PageFault(
                "port " + port + " is held by " + holder + "; another one: --page-port PORT");
    }

    /** What to open in a browser. */
    public String address() {
        return "http://localhost:" + server.port();
    }

    @Override
    public void accept(DemoEvent event) {
        try {
            server.tell(event);
        } catch (RejectedExecutionException closed) {
            // Of what a closed page isn't told, nobody could see anything.
        }
    }

    /** The page goes; browsers keep the last picture. Again is no matter. */
    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            await(server.endStreams());
            await(vertx.close());
        }
    }

    private static void await(Future<?> done) {
        try {
            var _ =
                    done.toCompletionStage()
                            .toCompletableFuture()
                            .get(CLOSING_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException left) {
            // The process ends soon, and it with it.
        }
    }
}
