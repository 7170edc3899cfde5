// SPDX-License-Identifier: Apache-2.0
package io.serin.control.main;

import io.serin.control.settings.Settings;
import io.serin.injector.InjectorConfig;
import io.serin.kube.Kube;
import io.vertx.core.Vertx;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/** A whole control plane in this process, of the cluster of a rehearsal. */
final class RunningControlPlane implements AutoCloseable {

    private final Vertx vertx;
    private final Settings settings;
    private final ControlPlane control;

    private RunningControlPlane(Vertx vertx, Settings settings, ControlPlane control) {
        this.vertx = vertx;
        this.settings = settings;
        this.control = control;
    }

    /**
     * Starts it.
     *
     * @param folder where its configuration goes
     */
    static RunningControlPlane start(Path folder, int offset) throws Exception {
        Files.writeString(folder.resolve("config"), InjectorConfig.shippedConfig());
        Files.writeString(folder.resolve("values"), "{\"image\":\"serin-proxy\",\"resources\":{}}");
        Files.writeString(folder.resolve("mesh"), "{}");
        Settings settings =
                Settings.read(
                        Map.of(
                                "REVISION",
                                "rehearsal",
                                "PORT_OFFSET",
                                Integer.toString(offset),
                                "LEAVE_SECONDS",
                                "0",
                                "INJECT_CONFIG",
                                folder.toString(),
                                "MESH_CONFIG",
                                folder.toString()));
        Vertx vertx = Vertx.vertx();
        ControlPlane control =
                new ControlPlane(
                        settings,
                        vertx,
                        Kube.connect(
                                Optional.of(RehearsedCluster.start(vertx, folder)),
                                Optional.empty()));
        RunningControlPlane running = new RunningControlPlane(vertx, settings, control);
        try {
            control.start();
        } catch (RuntimeException broken) {
            running.close();
            throw broken;
        }
        return running;
    }

    Vertx vertx() {
        return vertx;
    }

    Settings settings() {
        return settings;
    }

    @Override
    public void close() {
        control.leave();
        vertx.close().await();
    }
}
