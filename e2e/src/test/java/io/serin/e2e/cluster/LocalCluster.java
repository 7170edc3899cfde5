// SPDX-License-Identifier: Apache-2.0
package io.serin.e2e.cluster;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A cluster on this machine without containers, as a process that ends with the run. */
record LocalCluster(Process process, Path folder, Path kubeconfig) implements Cluster {

    private static final String SAID = "export KUBECONFIG=";
    private static final int PATIENCE_SECONDS = 30;

    static LocalCluster make() {
        try {
            Path folder = Files.createTempDirectory("serin-e2e");
            Process process =
                    Program.start(
                            Map.of(),
                            List.of("./serin", "local-cluster", "up", "--dir", folder.toString()));
            String line = process.inputReader(StandardCharsets.UTF_8).readLine();
            if (line == null || !line.startsWith(SAID)) {
                throw new AssertionError(
                        "serin local-cluster up: "
                                + new String(
                                        process.getErrorStream().readAllBytes(),
                                        StandardCharsets.UTF_8));
            }
            LocalCluster cluster =
                    new LocalCluster(process, folder, Path.of(line.substring(SAID.length())));
            Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().unstarted(cluster::close));
            return cluster;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** It takes them from this tree's build. */
    @Override
    public void provideImages() {}

    @Override
    public boolean definesRoutes() {
        return true;
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
