// SPDX-License-Identifier: Apache-2.0
package io.serin.bench.contender;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The other proxies, as far as they are installed. */
public final class Peers {

    private static final Path NGINX_STREAM = Path.of("/usr/lib/nginx/modules/ngx_stream_module.so");
    private static final Pattern VERSION = Pattern.compile("\\d+\\.\\d+\\.\\d+");

    /** A program that is not there, and how to get it. */
    public record Missing(String title, String remedy) {}

    private final Path configurations;
    private final Map<String, String> environment;
    private final List<Contender> found = new ArrayList<>();
    private final List<Missing> missing = new ArrayList<>();

    private Peers(Path configurations, Map<String, String> environment) {
        this.configurations = configurations;
        this.environment = environment;
    }

    /**
     * Looks for them.
     *
     * @param configurations the folder bench/peers
     * @param environment PATH is searched; ENVOY names Envoy's program where PATH does not
     */
    public static Peers find(Path configurations, Map<String, String> environment)
            throws IOException, InterruptedException {
        Peers peers = new Peers(configurations, environment);
        peers.haproxy();
        peers.nginx();
        peers.envoy();
        return peers;
    }

    public List<Contender> found() {
        return List.copyOf(found);
    }

    public List<Missing> missing() {
        return List.copyOf(missing);
    }

    private void haproxy() throws IOException, InterruptedException {
        Optional<Path> program = onPath("haproxy");
        if (program.isEmpty()) {
            missing.add(new Missing("HAProxy", "Debian, Ubuntu: apt-get install haproxy"));
            return;
        }
        String path = program.get().toString();
        add(
                "haproxy",
                "HAProxy",
                Ports.HAPROXY,
                List.of(path, "-v"),
                List.of(path, "-db", "-f", configuration("haproxy.cfg")));
    }

    private void nginx() throws IOException, InterruptedException {
        Optional<Path> program = onPath("nginx");
        if (program.isEmpty() || !Files.exists(NGINX_STREAM)) {
            missing.add(
                    new Missing(
                            "nginx with its stream module",
                            "Debian, Ubuntu: apt-get install nginx-light libnginx-mod-stream"));
            return;
        }
        String path = program.get().toString();
        add(
                "nginx",
                "nginx",
                Ports.NGINX,
                List.of(path, "-v"),
                // Its prefix is where it is started: the folder of this run.
                List.of(path, "-p", ".", "-e", "stderr", "-c", configuration("nginx.conf")));
    }

    private void envoy() throws IOException, InterruptedException {
        Optional<Path> program =
                Optional.ofNullable(environment.get("ENVOY"))
                        .filter(path -> !path.isEmpty())
                        .map(Path::of)
                        .or(() -> onPath("envoy"));
        if (program.isEmpty()) {
            missing.add(new Missing("Envoy", "e2e/envoy-venv"));
            return;
        }
        String path = program.get().toString();
        add(
                "envoy",
                "Envoy",
                Ports.ENVOY,
                List.of(path, "--version"),
                List.of(
                        path,
                        "--concurrency",
                        "1",
                        "--disable-hot-restart",
                        "--log-level",
                        "error",
                        "-c",
                        configuration("envoy.yaml")));
    }

    private String configuration(String name) {
        return configurations.resolve(name).toAbsolutePath().toString();
    }

    private void add(
            String id, String title, int port, List<String> versionCommand, List<String> command)
            throws IOException, InterruptedException {
        found.add(
                new Contender(
                        id,
                        title,
                        version(versionCommand),
                        Ports.local(port),
                        Ports.local(port + 1),
                        command,
                        Map.of()));
    }

    /** The first thing that looks like a version in what a command prints. */
    public static String version(List<String> command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        process.waitFor();
        Matcher matcher = VERSION.matcher(said);
        return matcher.find() ? matcher.group() : "unknown";
    }

    private Optional<Path> onPath(String name) {
        return onPath(name, environment);
    }

    /** Where a program is. */
    public static Optional<Path> onPath(String name, Map<String, String> environment) {
        String path = environment.getOrDefault("PATH", "") + ":/usr/sbin:/sbin";
        for (String folder : path.split(":", -1)) {
            Path program = Path.of(folder.isEmpty() ? "." : folder, name);
            if (Files.isExecutable(program) && !Files.isDirectory(program)) {
                return Optional.of(program);
            }
        }
        return Optional.empty();
    }
}
