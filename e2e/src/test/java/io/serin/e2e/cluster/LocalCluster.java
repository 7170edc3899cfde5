// SPDX-License-Identifier: Apache-2.0
package io.serin.e2e.cluster;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A cluster on this machine without containers, as a process that ends with the run. */
record LocalCluster(Process process, Path folder, Path kubeconfig) implements Cluster {

    private static final String SAID = "export KUBECONFIG=";
    private static final String LOG = "local-cluster.log";

    /** For who looks into a story that failed. */
    private static final Path KEPT_LOG = Program.ROOT.resolve("e2e/target").resolve(LOG);

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

    /** Again is no matter. */
    @Override
    public void close() {
        if (!Files.exists(folder)) {
            return;
        }
        process.destroy();
        try {
            if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
            deleteFolder();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void deleteFolder() {
        try (Stream<Path> all = Files.walk(folder)) {
            var _ = Files.copy(folder.resolve(LOG), KEPT_LOG, StandardCopyOption.REPLACE_EXISTING);
            for (Path file : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        } catch (IOException | UncheckedIOException e) {
            System.err.println(folder + " is left: " + e);
        }
    }
}
