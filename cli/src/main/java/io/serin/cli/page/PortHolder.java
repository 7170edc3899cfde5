// SPDX-License-Identifier: Apache-2.0
package io.serin.cli.page;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Who listens at a port of this machine, as {@code /proc} tells it (proc_pid_net(5),
 * proc_pid_fd(5)). Another user's processes are not told to everyone.
 *
 * @param command what was typed to start it, cut to a line's length
 */
record PortHolder(long pid, String command) {

    private static final Path PROC = Path.of("/proc");
    private static final String LISTENING = "0A";
    private static final int COMMAND_LENGTH = 60;

    /** The addresses, as /proc writes them, that stand in the way of 127.0.0.1. */
    private static final Set<String> IN_THE_WAY =
            Set.of(
                    "00000000",
                    "0100007F",
                    "00000000000000000000000000000000",
                    "0000000000000000FFFF00000100007F");

    static Optional<PortHolder> of(int port) {
        Set<String> sockets = new HashSet<>();
        for (String table : List.of("net/tcp", "net/tcp6")) {
            sockets.addAll(listening(PROC.resolve(table), port));
        }
        if (sockets.isEmpty()) {
            return Optional.empty();
        }
        try (DirectoryStream<Path> processes = Files.newDirectoryStream(PROC, "[0-9]*")) {
            for (Path process : processes) {
                if (holds(process, sockets)) {
                    return Optional.of(
                            new PortHolder(
                                    Long.parseLong(process.getFileName().toString()),
                                    command(process)));
                }
            }
        } catch (IOException notTold) {
            // Nobody can be named then.
        }
        return Optional.empty();
    }

    /** Links such as {@code socket:[4711]}. */
    private static Set<String> listening(Path table, int port) {
        Set<String> sockets = new HashSet<>();
        try {
            for (String line : Files.readAllLines(table)) {
                // sl local_address rem_address st tx:rx tr:tm retrnsmt uid timeout inode ...
                String[] words = line.strip().split("\\s+", -1);
                if (words.length < 10 || !words[3].equals(LISTENING)) {
                    continue;
                }
                String[] local = words[1].split(":", -1);
                if (IN_THE_WAY.contains(local[0]) && Integer.parseInt(local[1], 16) == port) {
                    sockets.add("socket:[" + words[9] + "]");
                }
            }
        } catch (IOException notTold) {
            // As if nobody listened.
        }
        return sockets;
    }

    private static boolean holds(Path process, Set<String> sockets) {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(process.resolve("fd"))) {
            for (Path file : files) {
                if (isOneOf(file, sockets)) {
                    return true;
                }
            }
        } catch (IOException notOursOrGone) {
            return false;
        }
        return false;
    }

    private static boolean isOneOf(Path file, Set<String> sockets) {
        try {
            return sockets.contains(Files.readSymbolicLink(file).toString());
        } catch (IOException closedMeanwhile) {
            return false;
        }
    }

    private static String command(Path process) {
        try {
            String typed =
                    Files.readString(process.resolve("cmdline"), StandardCharsets.ISO_8859_1)
                            .replace('\0', ' ')
                            .strip();
            return typed.length() <= COMMAND_LENGTH
                    ? typed
                    : typed.substring(0, COMMAND_LENGTH) + "…";
        } catch (IOException gone) {
            return "";
        }
    }

    @Override
    public String toString() {
        return "process " + pid + (command.isEmpty() ? "" : " (" + command + ")");
    }
}
