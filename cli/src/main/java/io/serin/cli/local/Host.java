// SPDX-License-Identifier: Apache-2.0
package io.serin.cli.local;

import io.serin.cli.client.CliFault;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * This machine as it is, and who asks.
 *
 * @param system e.g. {@code Linux}
 * @param processor as Java calls it, e.g. {@code amd64}
 * @param programs the folders in which programs are looked for, in this order
 */
record Host(String system, String processor, List<Path> programs, boolean isRoot) {

    /** Debian keeps administrators' programs out of users' PATH. */
    private static final List<String> ADMINISTRATORS = List.of("/usr/sbin", "/sbin");

    private static final String NO_PATH = "/usr/bin:/bin";

    Host {
        programs = List.copyOf(programs);
    }

    static Host here() {
        String path = Optional.ofNullable(System.getenv("PATH")).orElse(NO_PATH);
        return new Host(
                System.getProperty("os.name", ""),
                System.getProperty("os.arch", ""),
                Stream.concat(
                                Stream.of(path.split(File.pathSeparator, -1)),
                                ADMINISTRATORS.stream())
                        .map(Path::of)
                        .toList(),
                "0".equals(userId()));
    }

    Optional<Path> program(String name) {
        return programs.stream()
                .map(folder -> folder.resolve(name))
                .filter(Files::isExecutable)
                .findFirst();
    }

    /** The folders, as other programs are told of them. */
    String path() {
        return programs.stream().map(Path::toString).collect(Collectors.joining(":"));
    }

    private static String userId() {
        try {
            for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
                if (line.startsWith("Uid:")) {
                    return line.split("\\s+", -1)[2];
                }
            }
            return "";
        } catch (IOException noProc) {
            throw CliFault.failed("/proc can't be read: " + noProc.getMessage(), "");
        }
    }
}
