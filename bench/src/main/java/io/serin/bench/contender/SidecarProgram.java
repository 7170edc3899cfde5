// SPDX-License-Identifier: Apache-2.0
package io.serin.bench.contender;

import io.serin.bench.sidecar.SidecarMain;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The sidecar as its image has it, as deploy/local-images puts it together: the options of
 * deploy/images/proxy/conf/jvm.options, Netty's native library unpacked, an AOT cache that a
 * rehearsal has filled.
 */
public final class SidecarProgram {

    /** As the image's ENV has it. */
    private static final Map<String, String> ENVIRONMENT = Map.of("MALLOC_ARENA_MAX", "1");

    private final Path image;
    private final Path benchJar;

    /**
     * @param root of the source tree, built
     */
    public SidecarProgram(Path root) throws IOException {
        image = root.resolve("target/local-images/proxy").toAbsolutePath();
        benchJar = jar(root.resolve("bench/target")).toAbsolutePath();
    }

    private static Path jar(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(
                            file -> file.getFileName().toString().matches("serin-bench-.*\\.jar"))
                    .findFirst()
                    .orElseThrow(() -> new IOException("no serin-bench-*.jar in " + folder));
        }
    }

    /**
     * A sidecar to be measured.
     *
     * @param variant the how-manieth, from 0
     * @param further JVM options that win over the image's
     * @param discovery the control plane's port
     */
    public Contender contender(
            String id,
            String title,
            String version,
            int variant,
            List<String> further,
            int discovery) {
        int port = Ports.SERIN + variant;
        List<String> command = new ArrayList<>();
        command.add(image.resolve("java/bin/java").toString());
        // What stands later wins.
        command.add("@" + image.resolve("conf/jvm.options"));
        command.add("-Djava.library.path=" + image.resolve("native"));
        command.add("-XX:AOTCache=" + image.resolve("app/serin-proxy.aot"));
        command.addAll(further);
        // The cache is of the proxy's own jar: ours comes behind it.
        command.add("-cp");
        command.add(image.resolve("app/serin-sidecar-proxy.jar") + ":" + benchJar);
        command.add(SidecarMain.class.getName());
        command.add(Integer.toString(port));
        command.add(Integer.toString(discovery));
        return new Contender(
                id,
                title,
                version,
                Ports.local(port),
                new InetSocketAddress("127.0.0.2", port),
                command,
                ENVIRONMENT);
    }
}
