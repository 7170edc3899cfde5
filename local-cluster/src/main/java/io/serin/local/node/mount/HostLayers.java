// SPDX-License-Identifier: Apache-2.0
package io.serin.local.node.mount;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * What of the host's file system containers see, and how.
 *
 * <p>As root it is {@code /} in one piece. In a user namespace the mounts that come from outside
 * are locked to each other (mount_namespaces(7)), and an overlay refuses a folder with another
 * mount in it: there each folder of {@code /} is laid over by itself, and those with mounts in them
 * are shown as they are.
 *
 * @param overlaid the lower layers of overlays, absolute
 * @param shown folders that are bound, read-only
 * @param links of {@code /} itself, by their paths, where {@code /} is no layer
 */
record HostLayers(
        boolean isUserNamespace, List<Path> overlaid, List<Path> shown, Map<Path, Path> links) {

    private static final Path ROOT = Path.of("/");

    /** Containers have their own. */
    private static final Set<String> OWN = Set.of("dev", "proc", "sys", "run", "tmp", "lost+found");

    static HostLayers read() throws IOException {
        return Files.readString(Path.of("/proc/self/uid_map")).contains("4294967295")
                ? new HostLayers(false, List.of(ROOT), List.of(), Map.of())
                : byFolder(ROOT, NodeFiles.mounts());
    }

    static HostLayers byFolder(Path root, List<Path> mounts) throws IOException {
        List<Path> overlaid = new ArrayList<>();
        List<Path> shown = new ArrayList<>();
        Map<Path, Path> links = new HashMap<>();
        try (Stream<Path> entries = Files.list(root)) {
            for (Path entry : entries.sorted().toList()) {
                if (OWN.contains(root.relativize(entry).toString())) {
                    continue;
                }
                if (Files.isSymbolicLink(entry)) {
                    links.put(entry, Files.readSymbolicLink(entry));
                } else if (Files.isDirectory(entry)) {
                    (holdsMounts(entry, mounts) ? shown : overlaid).add(entry);
                }
            }
        }
        return new HostLayers(true, overlaid, shown, links);
    }

    private static boolean holdsMounts(Path folder, List<Path> mounts) {
        return mounts.stream().anyMatch(at -> at.startsWith(folder) && !at.equals(folder));
    }
}
