// SPDX-License-Identifier: Apache-2.0
package io.serin.bench.main;

import io.netty.channel.ReflectiveChannelFactory;
import io.serin.bench.backend.Backend;
import io.serin.bench.contender.Contender;
import io.serin.bench.contender.Peers;
import io.serin.bench.contender.Ports;
import io.serin.bench.contender.SidecarProgram;
import io.serin.bench.load.Wrk;
import io.serin.bench.process.Child;
import io.serin.bench.process.Cpus;
import io.serin.bench.process.Machine;
import io.serin.bench.report.Results;
import io.serin.bench.run.Bench;
import io.serin.bench.run.Plan;
import io.serin.bench.sidecar.SidecarMesh;
import io.serin.proxy.main.rehearse.ScriptedControlPlane;
import io.serin.proxy.transport.Loops;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Everything that a run needs around the proxies: backend, control plane, load, a folder. */
final class Stage implements AutoCloseable {

    private static final String SERIN = "0.1.0";

    private final Progress progress;
    private final Path root;
    private final Path java;
    private final Path folder;
    private final Cpus cpus;
    private final Peers peers;
    private final Loops loops = new Loops(1);
    private final ScriptedControlPlane plane;
    private final Child backend;

    private Stage(Progress progress) throws IOException, InterruptedException {
        this.progress = progress;
        root = root();
        java = Path.of(System.getProperty("java.home"), "bin", "java");
        cpus = Cpus.allowed();
        cpus.moveSelf();
        peers = Peers.find(root.resolve("bench/peers"), System.getenv());
        folder = root.resolve("bench/target/run").toAbsolutePath();
        // What a run that was killed has left; bench/run lets no two of them in here.
        delete(folder);
        Files.createDirectories(folder);
        plane =
                ScriptedControlPlane.listen(
                        loops.group().next(),
                        new ReflectiveChannelFactory<>(loops.serverChannel()),
                        Ports.local(0));
        plane.serve(SidecarMesh.of(Ports.BACKEND_HTTP, Ports.BACKEND_TCP));
        backend =
                Child.start(
                        "backend",
                        cpus.others(),
                        folder,
                        Map.of(),
                        List.of(
                                java.toString(),
                                "-XX:+UseSerialGC",
                                "-Xmx64m",
                                "-XX:-UsePerfData",
                                "--enable-native-access=ALL-UNNAMED",
                                "--sun-misc-unsafe-memory-access=allow",
                                "-cp",
                                System.getProperty("java.class.path"),
                                Backend.class.getName(),
                                Integer.toString(Ports.BACKEND_HTTP),
                                Integer.toString(Ports.BACKEND_TCP)));
    }

    /** The source tree, built. */
    static Path root() {
        return Path.of(System.getProperty("serin.home", ""));
    }

    static Stage open(Progress progress) throws IOException, InterruptedException {
        return new Stage(progress);
    }

    List<Peers.Missing> missing() {
        return peers.missing();
    }

    /** Everyone who is there, the sidecar and its variants last. */
    List<Contender> contenders(List<String> variants) throws IOException, InterruptedException {
        List<Contender> all = new ArrayList<>();
        all.add(
                new Contender(
                        "direct",
                        "direct",
                        "",
                        Ports.local(Ports.BACKEND_HTTP),
                        Ports.local(Ports.BACKEND_TCP),
                        List.of(),
                        Map.of()));
        all.addAll(peers.found());
        all.add(sidecar("serin", "Serin", 0, List.of()));
        for (String variant : variants) {
            int equals = variant.indexOf('=');
            if (equals < 1) {
                throw new IllegalArgumentException(
                        "--variant " + variant + " (expected: NAME=OPTIONS)");
            }
            String name = "serin-" + variant.substring(0, equals);
            List<String> options =
                    Stream.of(variant.substring(equals + 1).split(" +", -1))
                            .filter(option -> !option.isEmpty())
                            .toList();
            all.add(sidecar(name, "Serin " + variant.substring(0, equals), all.size(), options));
        }
        return all;
    }

    /** The sidecar, with JVM options that win over its image's. */
    Contender sidecar(String id, String title, int variant, List<String> options)
            throws IOException {
        return new SidecarProgram(root).contender(id, title, SERIN, variant, options, plane.port());
    }

    Results run(Plan plan, List<Contender> contenders) throws IOException, InterruptedException {
        Bench.Site site = site();
        try (Bench bench = new Bench(plan, site, contenders, progress::now)) {
            bench.run();
            Map<String, String> versions = new LinkedHashMap<>();
            Map<String, String> titles = new LinkedHashMap<>();
            for (Contender one : contenders) {
                titles.put(one.id(), one.title());
                versions.put(one.id(), one.version());
            }
            versions.put("java", Runtime.version().toString());
            versions.put("wrk", Peers.version(List.of(wrk().toString(), "-v")));
            return new Results(
                    Machine.describe(cpus),
                    versions,
                    Instant.now().truncatedTo(ChronoUnit.SECONDS).toString(),
                    titles,
                    bench.results(),
                    bench.failures());
        }
    }

    Bench.Site site() throws IOException {
        Path script = root.resolve("bench/request.lua");
        return new Bench.Site(
                cpus,
                folder,
                backend,
                new Wrk(wrk(), script, folder, cpus.others()),
                request(script));
    }

    private static Path wrk() throws Unavailable {
        return Peers.onPath("wrk", System.getenv())
                .orElseThrow(() ->
                        new Unavailable(
                                "there is no wrk in PATH; Debian, Ubuntu: apt-get install"
                                        + " wrk, or serin bench --install-peers"));
    }

    /** The same request as wrk's, as it goes over the wire. */
    private static String request(Path script) throws IOException {
        StringBuilder request =
                new StringBuilder("GET /reviews/42 HTTP/1.1\r\nHost: reviews.shop\r\n");
        for (String line : Files.readAllLines(script, StandardCharsets.US_ASCII)) {
            String[] parts = line.split("\"", -1);
            if (line.startsWith("wrk.headers[") && parts.length == 5) {
                request.append(parts[1]).append(": ").append(parts[3]).append("\r\n");
            }
        }
        return request.append("\r\n").toString();
    }

    @Override
    public void close() throws IOException {
        backend.close();
        plane.close();
        loops.close();
        delete(folder);
    }

    private static void delete(Path folder) throws IOException {
        if (!Files.exists(folder)) {
            return;
        }
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
