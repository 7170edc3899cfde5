// SPDX-License-Identifier: Apache-2.0
package io.serin.cli.demo;

import io.serin.cli.client.CliFault;
import io.serin.cli.client.GatewayDefinitions;
import io.serin.cli.client.Program;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A kind cluster of our own, with our images in it; gone at the end, also after Ctrl-C. */
public final class KindCluster implements DemoCluster {

    private static final String GATEWAY_API =
            "https://github.com/kubernetes-sigs/gateway-api/releases/download/v1.6.1/"
                    + "standard-install.yaml";

    private final String name;
    private final boolean keep;
    private final Path kubeconfig;
    private final Thread atExit = Thread.ofPlatform().unstarted(this::delete);
    private boolean deleted;

    private KindCluster(String name, boolean keep, Path kubeconfig) {
        this.name = name;
        this.keep = keep;
        this.kubeconfig = kubeconfig;
    }

    /**
     * Makes the cluster, builds and loads the images, installs the Gateway API.
     *
     * @throws CliFault when kind or Docker is missing, a cluster of that name is there, or the
     *     Gateway API is not where it is said to be
     */
    public static KindCluster create(String name, boolean keep, Narrator narrator) {
        String definitions = GatewayDefinitions.named(System.getenv()).orElse(GATEWAY_API);
        Program.need("docker", "install Docker: https://docs.docker.com/engine/install/");
        Program.need("kind", "install kind: https://kind.sigs.k8s.io/docs/user/quick-start/");
        Program.need("kubectl", "install kubectl: https://kubernetes.io/docs/tasks/tools/");
        var _ = Program.run(Map.of(), List.of("docker", "version"));
        if (Program.run(Map.of(), List.of("kind", "get", "clusters"))
                .lines()
                .anyMatch(name::equals)) {
            throw CliFault.failed(
                    "there is a kind cluster named " + name + " already; it is not touched",
                    "delete it (kind delete cluster --name "
                            + name
                            + "), or choose another name: --name NAME");
        }
        Path home = Path.of(System.getProperty("serin.home", "."));
        Path images = home.resolve("target/images");
        narrator.say("building what is not built yet …");
        narrator.command("deploy/build-images");
        var _ =
                Program.run(
                        Map.of(),
                        List.of(home.resolve("deploy/build-images").toString(), images.toString()));
        KindCluster cluster = new KindCluster(name, keep, temporary());
        Runtime.getRuntime().addShutdownHook(cluster.atExit);
        List<String> create =
                new ArrayList<>(
                        List.of(
                                "kind",
                                "create",
                                "cluster",
                                "--name",
                                name,
                                "--config",
                                home.resolve("kind-config.yaml").toString()));
        Optional.ofNullable(System.getenv("KIND_NODE_IMAGE"))
                .filter(image -> !image.isEmpty())
                .ifPresent(image -> create.addAll(List.of("--image", image)));
        narrator.command(String.join(" ", create));
        cluster.run(create);
        List<String> load =
                List.of(
                        "kind",
                        "load",
                        "image-archive",
                        images.resolve("serin-images.tar").toString(),
                        "--name",
                        name);
        narrator.command(String.join(" ", load));
        cluster.run(load);
        List<String> apply = List.of("kubectl", "apply", "--server-side", "-f", definitions);
        narrator.command(String.join(" ", apply));
        cluster.run(apply);
        return cluster;
    }

    @Override
    public Path kubeconfig() {
        return kubeconfig;
    }

    private void run(List<String> command) {
        var _ = Program.run(Map.of("KUBECONFIG", kubeconfig.toString()), command);
    }

    private static Path temporary() {
        try {
            return Files.createTempFile("serin-demo", ".kubeconfig");
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }

    private synchronized void delete() {
        if (deleted) {
            return;
        }
        deleted = true;
        if (keep) {
            System.out.println("kept: export KUBECONFIG=" + kubeconfig);
            System.out.println("      kind delete cluster --name " + name);
            return;
        }
        run(List.of("kind", "delete", "cluster", "--name", name));
        try {
            Files.deleteIfExists(kubeconfig);
        } catch (IOException left) {
            System.err.println("serin: " + kubeconfig + " is left: " + left.getMessage());
        }
    }

    @Override
    public void close() {
        delete();
    }
}
