// SPDX-License-Identifier: Apache-2.0
package io.serin.local.node.mount;

import static io.serin.local.node.process.ContainerProcess.quoted;

import io.serin.local.node.process.Tools;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A container's file system: the host's {@code /} as the lower layer of an overlay, or of one for
 * each of its folders ({@link HostLayers}), whose upper one is the container's own and starts with
 * its {@code /etc} files and with the places that volumes are mounted at. So mount points need not
 * exist on the host, and nothing is ever written to it. {@code /tmp} and {@code /run} are new and
 * empty, {@code /dev} and {@code /proc} are small and its own.
 */
public final class ContainerRoot {

    private static final String TERMINATION_LOG = "/dev/termination-log";

    private final Path upper;

    /** Where a path of the container lies on the node, for those not in the overlay. */
    private final Map<Path, Path> mounted = new HashMap<>();

    private final List<String> lines = new ArrayList<>();

    private ContainerRoot(Path folder) {
        this.upper = folder.resolve("upper");
    }

    /**
     * Prepares all that needs no mount, and returns the script that mounts.
     *
     * @param folder new; to be deleted when the container has ended
     * @param image what {@code /opt/serin} shows
     * @param files of {@code /etc}, by name
     * @param shm the pod's shared memory
     * @param terminationLog where in the container its last words go
     */
    public static String prepare(
            NodeFiles node,
            Path folder,
            Path image,
            Map<String, String> files,
            List<Bind> binds,
            Path shm,
            String terminationLog,
            boolean readOnly)
            throws IOException {
        ContainerRoot root = new ContainerRoot(folder);
        NodeFiles.folder(folder, "rwx------");
        NodeFiles.folder(root.upper, "rwxr-xr-x");
        NodeFiles.folder(folder.resolve("work"), "rwx------");
        NodeFiles.folder(folder.resolve("root"), "rwxr-xr-x");
        HostLayers host = HostLayers.read();
        root.mirror(Path.of("/etc"));
        for (Map.Entry<String, String> file : files.entrySet()) {
            Path path = root.upper.resolve("etc").resolve(file.getKey());
            Files.writeString(path, file.getValue());
            Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-r--r--"));
        }
        root.lines.add("cd " + quoted(folder.toString()));
        root.layOver(host, folder.resolve("work"));
        root.lines.add("cd root");
        for (Path mount : node.mountsOfHost()) {
            root.line("--rbind -o ro", mount, mount);
        }
        root.special("/proc", "-t proc proc");
        root.special("/sys", "-t sysfs -o ro sysfs");
        root.bind(new Bind(node.dev(), "/dev", true), "--rbind");
        root.bind(new Bind(shm, "/dev/shm", false), "--bind");
        root.bind(
                new Bind(NodeFiles.folder(folder.resolve("tmp"), "rwxrwxrwx"), "/tmp", false),
                "--bind");
        root.bind(
                new Bind(NodeFiles.folder(folder.resolve("run"), "rwxr-xr-x"), "/run", false),
                "--bind");
        root.bind(new Bind(image, "/opt/serin", true), "--bind");
        Path words = Files.createFile(folder.resolve("termination-log"));
        Files.setPosixFilePermissions(words, PosixFilePermissions.fromString("rw-rw-rw-"));
        root.bind(
                new Bind(words, terminationLog.isEmpty() ? TERMINATION_LOG : terminationLog, false),
                "--bind");
        binds.stream()
                .sorted(Comparator.comparingInt(bind -> Path.of(bind.target()).getNameCount()))
                .forEach(root::volume);
        // The host's root is left behind: nothing in the container leads to it.
        root.lines.add(Tools.PIVOT_ROOT + " . dev/.host");
        root.lines.add("cd /");
        root.lines.add(Tools.UMOUNT + " -n -l /dev/.host");
        if (readOnly) {
            root.readOnly(host);
        }
        return String.join("\n", root.lines) + "\n";
    }

    /** What the container has left as its last words. */
    public static String terminationMessage(Path folder) throws IOException {
        Path words = folder.resolve("termination-log");
        return Files.exists(words) ? Files.readString(words) : "";
    }

    /** Paths are relative, since a comma or colon in the folder's own name would end an option. */
    private void layOver(HostLayers host, Path work) throws IOException {
        if (host.isUserNamespace()) {
            lines.add(Tools.MOUNT + " -n --bind upper root");
        }
        for (Map.Entry<Path, Path> link : host.links().entrySet()) {
            Files.createSymbolicLink(upper.resolve(relative(link.getKey())), link.getValue());
        }
        for (Path layer : host.overlaid()) {
            Path at = relative(layer);
            mirror(layer);
            Files.createDirectories(work.resolve(at));
            lines.add(
                    Tools.MOUNT
                            + " -n -i -t overlay overlay -o "
                            + quoted(
                                    "lowerdir=%s,upperdir=%s,workdir=%s%s"
                                            .formatted(
                                                    layer,
                                                    Path.of("upper").resolve(at),
                                                    Path.of("work").resolve(at),
                                                    host.isUserNamespace() ? ",userxattr" : ""))
                            + " "
                            + quoted(Path.of("root").resolve(at).toString()));
        }
        for (Path shown : host.shown()) {
            mirror(shown);
            lines.add(
                    Tools.MOUNT
                            + " -n --rbind -o ro "
                            + quoted(shown.toString())
                            + " "
                            + quoted("root" + shown));
        }
    }

    private void readOnly(HostLayers host) {
        for (Path layer : host.overlaid()) {
            lines.add(Tools.MOUNT + " -n -o remount,ro " + quoted(layer.toString()));
        }
        if (host.isUserNamespace()) {
            lines.add(Tools.MOUNT + " -n -o remount,bind,ro /");
        }
    }

    private static Path relative(Path absolute) {
        return Path.of("/").relativize(absolute);
    }

    private void special(String target, String how) throws IOException {
        mirror(Path.of(target));
        lines.add(Tools.MOUNT + " -n " + how + " " + inRoot(Path.of(target)));
    }

    private void volume(Bind bind) {
        try {
            bind(bind, "--bind");
        } catch (IOException failed) {
            throw new java.io.UncheckedIOException(
                    "mountPath: " + bind.target() + ": " + failed, failed);
        }
    }

    private void bind(Bind bind, String how) throws IOException {
        Path target = resolved(Path.of(bind.target()).normalize());
        makeTarget(target, Files.isDirectory(bind.source()));
        line(how + (bind.readOnly() ? " -o ro" : ""), bind.source(), target);
        mounted.put(target, bind.source());
    }

    private void line(String how, Path source, Path target) {
        lines.add(
                Tools.MOUNT
                        + " -n "
                        + how
                        + " "
                        + quoted(source.toString())
                        + " "
                        + inRoot(target));
    }

    private static String inRoot(Path target) {
        return quoted("." + target);
    }

    /** Follows the host's links, e.g. that of {@code /var/run} to {@code /run}. */
    private Path resolved(Path target) throws IOException {
        Path known = target;
        while (known != null && holder(known) == null && !Files.exists(known)) {
            known = known.getParent();
        }
        if (known == null || holder(known) != null) {
            return target;
        }
        Path real = known.toRealPath();
        return real.equals(known) ? target : real.resolve(known.relativize(target)).normalize();
    }

    /** The mount that a path lies in. */
    private @org.jspecify.annotations.Nullable Path holder(Path path) {
        Path at = path;
        while (at != null && !mounted.containsKey(at)) {
            at = at.getParent();
        }
        return at;
    }

    private void makeTarget(Path target, boolean isFolder) throws IOException {
        Path holder = holder(target);
        Path source = holder == null ? null : mounted.get(holder);
        Path at;
        if (holder == null || source == null) {
            mirror(isFolder ? target : parent(target));
            at = upper.resolve(relative(target));
        } else {
            at = source.resolve(holder.relativize(target));
            Files.createDirectories(isFolder ? at : parent(at));
        }
        if (!isFolder && !Files.exists(at, LinkOption.NOFOLLOW_LINKS)) {
            Files.createFile(at);
        }
    }

    private static Path parent(Path path) {
        Path parent = path.getParent();
        return parent == null ? Path.of("/") : parent;
    }

    /**
     * A folder of the upper layer: with the owner and permissions of the host's, where it has it.
     */
    private void mirror(Path target) throws IOException {
        Path lower = Path.of("/");
        Path over = upper;
        for (Path name : target) {
            lower = lower.resolve(name);
            over = over.resolve(name);
            if (Files.exists(over)) {
                continue;
            }
            Files.createDirectory(over);
            if (Files.isDirectory(lower)) {
                Files.setAttribute(over, "unix:mode", Files.getAttribute(lower, "unix:mode"));
                Files.setAttribute(over, "unix:uid", Files.getAttribute(lower, "unix:uid"));
                Files.setAttribute(over, "unix:gid", Files.getAttribute(lower, "unix:gid"));
            } else {
                Files.setPosixFilePermissions(over, PosixFilePermissions.fromString("rwxr-xr-x"));
            }
        }
    }
}
