// SPDX-License-Identifier: Apache-2.0
package io.serin.control.main;

import io.serin.control.settings.Settings;
import io.serin.kube.Kube;
import io.vertx.core.Vertx;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The process. Without arguments it serves; {@code rehearse} runs through what a start loads, for
 * the AOT cache, and exits. Exit code 64: the environment or the arguments are wrong.
 */
public final class ControlPlaneMain {

    private static final Logger LOG = LoggerFactory.getLogger(ControlPlaneMain.class);
    private static final int USAGE = 64;
    private static final int STOP_SECONDS = 3;

    private ControlPlaneMain() {}

    public static void main(String[] arguments) {
        try {
            switch (arguments.length == 0 ? "serve" : arguments[0]) {
                case "serve" -> serve(Settings.read(System.getenv()));
                case "rehearse" -> Rehearsal.run();
                default -> {
                    System.err.println(
                            "serin-control-plane: '"
                                    + arguments[0]
                                    + "' (expected: nothing, serve or rehearse)");
                    System.exit(USAGE);
                }
            }
        } catch (IllegalArgumentException wrong) {
            System.err.println("serin-control-plane: " + wrong.getMessage());
            System.exit(USAGE);
        }
    }

    private static void serve(Settings settings) {
        LOG.info("revision={} version={} starting", settings.revision(), Settings.VERSION);
        Vertx vertx = Vertx.vertx();
        Kube kube = Kube.connect();
        ControlPlane control = new ControlPlane(settings, vertx, kube);
        Thread goodbye =
                Thread.ofPlatform()
                        .unstarted(() -> {
                            control.leave();
                            close(vertx, kube);
                            // A JVM that a signal ends says 143, which Kubernetes calls an error.
                            Runtime.getRuntime().halt(0);
                        });
        Runtime.getRuntime().addShutdownHook(goodbye);
        try {
            control.start();
        } catch (RuntimeException failed) {
            if (goodbye.isAlive()) {
                return;
            }
            // The container is started again, with a growing pause: nothing better can be done
            // here. Nothing was served: no goodbye.
            LOG.error("start failed", failed);
            Runtime.getRuntime().halt(1);
        }
        LOG.info("revision={} started", settings.revision());
    }

    private static void close(Vertx vertx, Kube kube) {
        try {
            var _ =
                    vertx.close()
                            .toCompletionStage()
                            .toCompletableFuture()
                            .get(STOP_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        } catch (java.util.concurrent.ExecutionException
                | java.util.concurrent.TimeoutException late) {
            LOG.warn("not all was closed reason=\"{}\"", late.getMessage());
        }
        kube.close();
    }
}
