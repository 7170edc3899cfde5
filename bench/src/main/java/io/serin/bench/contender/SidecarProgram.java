// SPDX-License-Identifier: Apache-2.0
package io.serin.bench.contender;

import io.serin.bench.process.Child;
import io.serin.bench.sidecar.SidecarMain;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Enumeration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/**
 * The sidecar as its image has it: the options of deploy/images/proxy/conf/jvm.options, Netty's
 * native library unpacked, an AOT cache that a rehearsal has filled. Kept under bench/target, and
 * made anew when anything that it is made of is newer.
 */
public final class SidecarProgram {

    /** As the image's ENV has it. */
    private static final Map<String, String> ENVIRONMENT = Map.of("MALLOC_ARENA_MAX", "1");

    /** It gives up when it takes too long, as it does on a busy machine. */
    private static final int REHEARSALS = 3;

    private final Path java;
    private final Path home;
    private final Path proxyJar;
    private final Path benchJar;
    private final Path imageOptions;

    /**
     * @param root of the source tree, built
     * @param java the program java
     */
    public SidecarProgram(Path root, Path java) throws IOException {
        this.java = java;
        home = root.resolve("bench/target/sidecar");
        proxyJar =
                jar(root.resolve("sidecar-proxy/target"), "serin-sidecar-proxy-").toAbsolutePath();
        benchJar = jar(root.resolve("bench/target"), "serin-bench-").toAbsolutePath();
        imageOptions = root.resolve("deploy/images/proxy/conf/jvm.options");
    }

    private static Path jar(Path folder, String prefix) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(
                            file -> {
                                String name = file.getFileName().toString();
                                return name.startsWith(prefix) && name.endsWith(".jar");
                            })
                    .findFirst()
                    .orElseThrow(() -> new IOException("no " + prefix + "*.jar in " + folder));
        }
    }

    /** Makes what is missing or old; takes some seconds then. */
    public void prepare() throws IOException, InterruptedException {
        if (isFresh()) {
            return;
        }
        Path natives = home.resolve("native");
        Files.createDirectories(natives);
        unpackNatives(natives);
        Files.writeString(
                options(),
                Files.readString(imageOptions)
                        .replace("/opt/serin/native", natives.toAbsolutePath().toString()));
        IOException failed = new IOException();
        for (int attempt = 0; attempt < REHEARSALS; attempt++) {
            try {
                rehearse();
                return;
            } catch (IOException e) {
                failed = e;
            }
        }
        throw new IOException(
                "the sidecar's rehearsal failed; is the machine very busy? " + failed.getMessage(),
                failed);
    }

    /** As the image's build does: with the proxy's own jar, so that the cache is the image's. */
    private void rehearse() throws IOException, InterruptedException {
        Files.deleteIfExists(cache());
        List<String> command =
                command("-XX:AOTCacheOutput=" + cache(), List.of(), proxyJar.toString());
        command.addAll(List.of("io.serin.proxy.main.ProxyMain", "rehearse"));
        try (Child rehearsal = Child.start("rehearsal", "0-1023", home, ENVIRONMENT, command)) {
            if (rehearsal.await() != 0 || !Files.exists(cache())) {
                // A cache of half a rehearsal would be slower than the image's, and stay.
                Files.deleteIfExists(cache());
                throw new IOException(
                        rehearsal
                                .output()
                                .lines()
                                .filter(line -> line.contains("the rehearsal failed"))
                                .findFirst()
                                .orElse("see " + home.resolve("rehearsal.log")));
            }
        }
    }

    private boolean isFresh() throws IOException {
        if (!Files.exists(cache())) {
            return false;
        }
        FileTime made = Files.getLastModifiedTime(cache());
        for (Path source : List.of(proxyJar, imageOptions, java)) {
            if (Files.getLastModifiedTime(source).compareTo(made) > 0) {
                return false;
            }
        }
        return true;
    }

    private void unpackNatives(Path into) throws IOException {
        try (Stream<Path> libraries = Files.list(proxyJar.resolveSibling("lib"))) {
            for (Path library :
                    libraries
                            .filter(file -> file.getFileName().toString().contains("-native-"))
                            .filter(file -> file.toString().endsWith(".jar"))
                            .toList()) {
                unpack(library, into);
            }
        }
    }

    private static void unpack(Path library, Path into) throws IOException {
        try (ZipFile zip = new ZipFile(library.toFile())) {
            Enumeration<? extends ZipEntry> entries = zip.entries();
            while (entries.hasMoreElements()) {
                ZipEntry entry = entries.nextElement();
                if (entry.getName().endsWith(".so")) {
                    String name = entry.getName().substring(entry.getName().lastIndexOf('/') + 1);
                    try (InputStream content = zip.getInputStream(entry)) {
                        Files.copy(
                                content, into.resolve(name), StandardCopyOption.REPLACE_EXISTING);
                    }
                }
            }
        }
    }

    private Path options() {
        return home.resolve("jvm.options");
    }

    private Path cache() {
        return home.resolve("serin-proxy.aot").toAbsolutePath();
    }

    private List<String> command(String cacheOption, List<String> further, String classPath) {
        List<String> command = new ArrayList<>();
        command.add(java.toString());
        command.add("@" + options().toAbsolutePath());
        command.add(cacheOption);
        // What stands later wins.
        command.addAll(further);
        command.addAll(List.of("-cp", classPath));
        return command;
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
        List<String> command =
                command("-XX:AOTCache=" + cache(), further, proxyJar + ":" + benchJar);
        command.addAll(
                List.of(
                        SidecarMain.class.getName(),
                        Integer.toString(port),
                        Integer.toString(discovery)));
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
