// SPDX-License-Identifier: Apache-2.0
package io.serin.e2e.cluster;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/**
 * A kind cluster of this run, made from the same kind-config.yaml as the demo's.
 *
 * @param images how building them ended; it goes on while the nodes come up
 */
record KindCluster(String name, Path kubeconfig, CompletableFuture<Program.Ended> images)
        implements Cluster {

    private static final String IMAGES = Program.ROOT.resolve("target/images").toString();

    static KindCluster make(String name) {
        KindCluster cluster =
                new KindCluster(
                        name, emptyFile(), CompletableFuture.supplyAsync(KindCluster::buildImages));
        List<String> create =
                new ArrayList<>(
                        List.of(
                                "create",
                                "cluster",
                                "--config",
                                Program.ROOT.resolve("kind-config.yaml").toString()));
        String image = System.getenv("KIND_NODE_IMAGE");
        if (image != null && !image.isEmpty()) {
            create.addAll(List.of("--image", image));
        }
        cluster.kind(create).orFail();
        // Also when the run is cut short.
        Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().unstarted(cluster::close));
        return cluster;
    }

    @Override
    public void provideImages() {
        images.join().orFail();
        kind(List.of("load", "image-archive", IMAGES + "/serin-images.tar")).orFail();
    }

    private static Program.Ended buildImages() {
        return Program.run(Map.of(), "", List.of("deploy/build-images", IMAGES));
    }

    @Override
    public void close() {
        if (kubeconfig.toFile().exists()) {
            kind(List.of("delete", "cluster", "--kubeconfig", kubeconfig.toString())).orFail();
            delete(kubeconfig);
        }
    }

    private Program.Ended kind(List<String> arguments) {
        List<String> command = new ArrayList<>(List.of("kind"));
        command.addAll(arguments);
        command.addAll(List.of("--name", name));
        return Program.run(Map.of("KUBECONFIG", kubeconfig.toString()), "", command);
    }

    private static Path emptyFile() {
        try {
            return Files.createTempFile("serin-e2e", ".kubeconfig");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void delete(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
