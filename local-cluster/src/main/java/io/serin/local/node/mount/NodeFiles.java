// SPDX-License-Identifier: Apache-2.0
package io.serin.local.node.mount;

import io.serin.local.node.process.ContainerProcess;
import io.serin.local.node.process.Tools;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;

/**
 * The node's own folder: {@code run}, in memory, for what containers write and what their volumes
 * hold; {@code data}, on disk, for emptyDir volumes; {@code logs}. The mount is seen by this
 * process and its children only.
 */
public final class NodeFiles implements AutoCloseable {

    private static final List<String> DEVICES =
            List.of("null", "zero", "full", "random", "urandom", "tty");

    private final Path home;
    private final List<Path> hostMounts;

    private NodeFiles(Path home, List<Path> hostMounts) {
        this.home = home;
        this.hostMounts = hostMounts;
    }

    /**
     * Clears what an earlier run left in the folder, and mounts.
     *
     * @param home absolute
     */
    public static NodeFiles open(Path home) throws IOException {
        for (String part : List.of("run", "data", "logs")) {
            delete(home.resolve(part));
            Files.createDirectories(home.resolve(part));
        }
        Path run = home.resolve("run");
        shell(
                Tools.MOUNT
                        + " -n -t tmpfs -o mode=0711 serin-node "
                        + ContainerProcess.quoted(run.toString()));
        NodeFiles files = new NodeFiles(home, hostMounts());
        Path dev = Files.createDirectories(run.resolve("dev"));
        Files.createDirectories(run.resolve("pods"));
        for (String folder : List.of("pts", "shm", ".host")) {
            Files.createDirectory(dev.resolve(folder));
        }
        Files.createFile(dev.resolve("termination-log"));
        Files.createSymbolicLink(dev.resolve("fd"), Path.of("/proc/self/fd"));
        Files.createSymbolicLink(dev.resolve("stdin"), Path.of("/proc/self/fd/0"));
        Files.createSymbolicLink(dev.resolve("stdout"), Path.of("/proc/self/fd/1"));
        Files.createSymbolicLink(dev.resolve("stderr"), Path.of("/proc/self/fd/2"));
        StringBuilder binds = new StringBuilder("set -e\n");
        for (String device : DEVICES) {
            Path target = Files.createFile(dev.resolve(device));
            binds.append(Tools.MOUNT + " -n --bind /dev/" + device + " ")
                    .append(ContainerProcess.quoted(target.toString()))
                    .append('\n');
        }
        shell(binds.toString());
        return files;
    }

    /**
     * Mounts of the host below {@code /} that programs may lie in: an overlay shows one file system
     * only.
     */
    private static List<Path> hostMounts() throws IOException {
        List<Path> found = new ArrayList<>();
        for (Path at : mounts()) {
            boolean holdsPrograms =
                    at.getNameCount() > 0
                            && at.getNameCount() <= 2
                            && List.of("usr", "opt", "home", "nix", "srv", "lib", "bin", "sbin")
                                    .contains(at.getName(0).toString());
            if (holdsPrograms && Files.isDirectory(at)) {
                found.add(at);
            }
        }
        return found;
    }

    /** Where file systems are mounted, as this process sees it. */
    static List<Path> mounts() throws IOException {
        return Files.readAllLines(Path.of("/proc/self/mounts")).stream()
                .map(line -> Path.of(line.split(" ", 3)[1].replace("\\040", " ")))
                .toList();
    }

    List<Path> mountsOfHost() {
        return hostMounts;
    }

    public Path dev() {
        return home.resolve("run/dev");
    }

    /** In memory; gone with the pod. */
    public Path pod(String uid) {
        return home.resolve("run/pods").resolve(uid);
    }

    /** On disk; gone with the pod. */
    public Path data(String uid) {
        return home.resolve("data").resolve(uid);
    }

    public Path logs(String uid) {
        return home.resolve("logs").resolve(uid);
    }

    @Override
    public void close() throws IOException {
        shell(
                Tools.UMOUNT
                        + " -n -R -l "
                        + ContainerProcess.quoted(home.resolve("run").toString()));
        for (String part : List.of("run", "data", "logs")) {
            delete(home.resolve(part));
        }
    }

    /** Runs a script of mounts in this process's namespaces. */
    public static void shell(String script) throws IOException {
        Process process =
                new ProcessBuilder(Tools.SHELL, "-c", script).redirectErrorStream(true).start();
        process.getOutputStream().close();
        String said =
                new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        try {
            if (process.waitFor() != 0) {
                throw new IOException(said + " in: " + script.strip());
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", stopped);
        }
    }

    /** Deletes a folder with all in it, if it is there; never follows a link. */
    public static void delete(Path folder) throws IOException {
        if (!Files.exists(folder, java.nio.file.LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        Files.walkFileTree(
                folder,
                new SimpleFileVisitor<>() {
                    @Override
                    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
                            throws IOException {
                        Files.deleteIfExists(file);
                        return FileVisitResult.CONTINUE;
                    }

                    @Override
                    public FileVisitResult visitFileFailed(Path file, IOException failed)
                            throws IOException {
                        if (failed instanceof NoSuchFileException) {
                            return FileVisitResult.CONTINUE;
                        }
                        throw failed;
                    }

                    @Override
                    public FileVisitResult postVisitDirectory(
                            Path visited, @org.jspecify.annotations.Nullable IOException failed)
                            throws IOException {
                        Files.deleteIfExists(visited);
                        return FileVisitResult.CONTINUE;
                    }
                });
    }

    /** A new folder of just these permissions, whatever the umask. */
    public static Path folder(Path path, String permissions) throws IOException {
        Files.createDirectories(path.toAbsolutePath().getParent());
        Files.createDirectory(path);
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(permissions));
        return path;
    }
}
