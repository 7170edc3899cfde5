// SPDX-License-Identifier: Apache-2.0
package io.serin.cli.local;

import io.serin.cli.client.CliFault;
import io.serin.cli.client.GatewayDefinitions;
import io.serin.cli.client.Program;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * A small cluster in a process of its own, in namespaces of its own; it ends with this process,
 * however this one ends, and leaves nothing behind but its folder.
 */
public final class LocalCluster implements AutoCloseable {

    private static final String UP = "up";
    private static final String REFUSED = "refused: ";
    private static final int LAST_LINES = 15;
    private static final int PATIENCE_SECONDS = 10;

    private final Path folder;
    private final Process process;
    private final Forwarder forwarder;
    private final Thread atExit = Thread.ofPlatform().unstarted(this::stop);

    private LocalCluster(Path folder, Process process, Forwarder forwarder) {
        this.folder = folder;
        this.process = process;
        this.forwarder = forwarder;
    }

    /** This user's own: sockets need a short path. */
    public static Path defaultFolder() {
        return Path.of(
                System.getProperty("java.io.tmpdir", "/tmp"),
                "serin-local-" + System.getProperty("user.name", "user"));
    }

    /** Where a cluster that runs in a folder is described for kubectl. */
    public static Path kubeconfig(Path folder) {
        return folder.resolve("kubeconfig");
    }

    /**
     * Whether a cluster runs in a folder, by whether it takes a connection: its files stay when it
     * is killed.
     */
    public static boolean runs(Path folder) {
        try (SocketChannel cluster = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            return Files.isReadable(kubeconfig(folder))
                    && cluster.connect(UnixDomainSocketAddress.of(socket(folder)));
        } catch (IOException nobody) {
            return false;
        }
    }

    private static Path socket(Path folder) {
        return folder.resolve("api.sock");
    }

    /**
     * Builds what is not built yet, checks the machine, starts the cluster, and waits until it is
     * up.
     *
     * @param say told what takes a while
     * @throws CliFault when the machine lacks something, another one runs in the folder, or it does
     *     not come up
     */
    public static LocalCluster start(Path folder, Consumer<String> say) {
        Path home = home();
        Path definitions = definitions(home, say);
        Machine machine = Machine.ready(Host.here(), home, say);
        Path images = home.resolve("target/local-images");
        var _ =
                Program.run(
                        Map.of("PATH", machine.host().path()),
                        List.of(home.resolve("deploy/local-images").toString(), images.toString()));
        makeFolder(folder);
        LocalCluster cluster = launch(machine, folder, images, definitions);
        Runtime.getRuntime().addShutdownHook(cluster.atExit);
        return cluster;
    }

    private static Path home() {
        return Path.of(System.getProperty("serin.home", ".")).toAbsolutePath().normalize();
    }

    private static void makeFolder(Path folder) {
        try {
            if (!Files.isDirectory(folder)) {
                var _ =
                        Files.createDirectories(
                                folder,
                                PosixFilePermissions.asFileAttribute(
                                        PosixFilePermissions.fromString("rwx------")));
            }
            String owner = Files.getOwner(folder, LinkOption.NOFOLLOW_LINKS).getName();
            if (!owner.equals(System.getProperty("user.name"))) {
                throw CliFault.failed(
                        folder + " belongs to " + owner + " (expected: to this user)",
                        "choose another folder: serin local-cluster up --dir FOLDER");
            }
        } catch (IOException refused) {
            throw CliFault.failed(
                    "the cluster's folder can't be made: " + refused, "choose another: --dir");
        }
    }

    private static LocalCluster launch(
            Machine machine, Path folder, Path images, Path definitions) {
        try {
            Forwarder forwarder = Forwarder.start(0, socket(folder));
            Path program = images.resolve("local-cluster");
            Process process =
                    process(
                            machine,
                            List.of(
                                    "@" + program.resolve("conf/jvm.options"),
                                    "-XX:AOTCache=" + program.resolve("app/local-cluster.aot"),
                                    "-cp",
                                    program.resolve("app/serin-local-cluster.jar").toString(),
                                    "io.serin.local.main.LocalClusterMain",
                                    "--dir",
                                    folder.toString(),
                                    "--images",
                                    images.resolve("images.properties").toString(),
                                    "--definitions",
                                    definitions.toString(),
                                    "--server",
                                    "https://127.0.0.1:" + forwarder.port(),
                                    "--starter",
                                    String.valueOf(ProcessHandle.current().pid())),
                            folder);
            LocalCluster cluster = new LocalCluster(folder, process, forwarder);
            cluster.awaitUp();
            return cluster;
        } catch (IOException refused) {
            throw CliFault.failed("the cluster can't be started: " + refused.getMessage(), "");
        }
    }

    private static Process process(Machine machine, List<String> program, Path folder)
            throws IOException {
        List<String> command =
                new ArrayList<>(
                        List.of("unshare", "--net", "--mount", "--pid", "--fork", "--kill-child"));
        command.add("--mount-proc");
        command.addAll(machine.flags());
        // Pods' users are others than who starts it: what it makes for them they have to see.
        command.addAll(List.of("sh", "-c", "umask 022; exec \"$@\"", "local-cluster"));
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(program);
        ProcessBuilder builder =
                new ProcessBuilder(command)
                        .redirectError(
                                ProcessBuilder.Redirect.appendTo(
                                        folder.resolve("local-cluster.log").toFile()));
        builder.environment().put("PATH", machine.host().path());
        return builder.start();
    }

    /** It prints one line when it is up; when it ends before, it has said why. */
    private void awaitUp() throws IOException {
        try {
            // The reader stays open: closing it would end the cluster's next word.
            BufferedReader out =
                    new BufferedReader(
                            new InputStreamReader(
                                    process.getInputStream(), StandardCharsets.UTF_8));
            String line = out.readLine();
            if (line == null || !line.startsWith(UP)) {
                var _ = process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS);
                forwarder.close();
                if (line != null && line.startsWith(REFUSED)) {
                    throw CliFault.failed(
                            line.substring(REFUSED.length()),
                            out.lines().collect(Collectors.joining("\n  ")));
                }
                throw CliFault.failed(
                        "the local cluster did not come up:\n" + lastLines(folder), "");
            }
        } catch (InterruptedException stopped) {
            process.destroy();
            Thread.currentThread().interrupt();
            throw CliFault.failed("interrupted", "");
        }
    }

    private static String lastLines(Path folder) throws IOException {
        List<String> lines = Files.readAllLines(folder.resolve("local-cluster.log"));
        return String.join(
                "\n", lines.subList(Math.max(0, lines.size() - LAST_LINES), lines.size()));
    }

    /** The Gateway API's definitions: a person's own, or the least of them, which comes along. */
    private static Path definitions(Path home, Consumer<String> say) {
        Optional<String> named = GatewayDefinitions.named(System.getenv());
        named.filter(GatewayDefinitions::isAddress)
                .ifPresent(address ->
                        say.accept(
                                address + " is not fetched here: HTTPRoutes as they come along"));
        return named.filter(where -> !GatewayDefinitions.isAddress(where))
                .map(Path::of)
                .orElse(home.resolve("deploy/local-cluster/httproutes.yaml"));
    }

    public Path kubeconfig() {
        return kubeconfig(folder);
    }

    /** What it has no room to say itself: its own log is in the folder that is full. */
    public Optional<String> shortage() {
        try {
            return Files.getFileStore(folder).getUsableSpace() > 0
                    ? Optional.empty()
                    : Optional.of(
                            folder
                                    + " is full, and the cluster keeps its logs and volumes there: free some"
                                    + " space");
        } catch (IOException gone) {
            return Optional.of(folder + " can't be read: " + gone.getMessage());
        }
    }

    /** Waits until the cluster ends by itself, which it does not do while all is well. */
    public void await() {
        try {
            int code = process.waitFor();
            throw CliFault.failed(
                    "the local cluster ended, exit code " + code + ":\n" + lastLines(folder), "");
        } catch (IOException unreadable) {
            throw CliFault.failed("the local cluster ended: " + unreadable.getMessage(), "");
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    private synchronized void stop() {
        try {
            // The end of its input is what tells it; also when this process dies.
            process.getOutputStream().close();
            if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
            forwarder.close();
            Files.deleteIfExists(kubeconfig());
        } catch (IOException broken) {
            process.destroyForcibly();
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        stop();
    }
}
