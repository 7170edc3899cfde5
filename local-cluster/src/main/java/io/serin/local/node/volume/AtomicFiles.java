// SPDX-License-Identifier: Apache-2.0
package io.serin.local.node.volume;

import io.serin.local.node.mount.NodeFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/**
 * A folder whose files all change at once: they lie in a folder of their own, to which the link
 * {@code ..data} points, and what a container opens are links through that. As the kubelet does it
 * (pkg/volume/util/atomic_writer.go), since programs watch for {@code ..data}. Used by one thread
 * at a time.
 */
final class AtomicFiles {

    /** A file's content and permissions, e.g. {@code 0644}. */
    static final class Content {
        private final byte[] bytes;
        private final int mode;

        Content(byte[] bytes, int mode) {
            this.bytes = bytes.clone();
            this.mode = mode;
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Content content
                    && mode == content.mode
                    && Arrays.equals(bytes, content.bytes);
        }

        @Override
        public int hashCode() {
            return 31 * Arrays.hashCode(bytes) + mode;
        }
    }

    private static final String DATA = "..data";

    private final Path folder;
    private final int group;
    private Map<String, Content> current = Map.of();
    private int generation;

    /**
     * @param group that may read all of it; less than 0: none
     */
    AtomicFiles(Path folder, int group) {
        this.folder = folder;
        this.group = group;
    }

    /** Whether something changed. */
    boolean write(Map<String, Content> files) throws IOException {
        if (generation > 0 && files.equals(current)) {
            return false;
        }
        generation++;
        String name = "..generation-" + generation;
        Path next = NodeFiles.folder(folder.resolve(name), "rwxr-xr-x");
        Set<String> first = new LinkedHashSet<>();
        for (Map.Entry<String, Content> file : files.entrySet()) {
            Path path = next.resolve(file.getKey()).normalize();
            if (!path.startsWith(next) || path.equals(next)) {
                throw new IOException("path: " + file.getKey() + " (expected: below the volume)");
            }
            Files.createDirectories(path.getParent());
            Files.write(path, file.getValue().bytes);
            int mode = file.getValue().mode | (group < 0 ? 0 : 0440);
            if (group >= 0) {
                Files.setAttribute(path, "unix:gid", group);
            }
            Files.setAttribute(path, "unix:mode", mode);
            first.add(next.relativize(path).getName(0).toString());
        }
        Path link = folder.resolve(DATA);
        Path before = Files.isSymbolicLink(link) ? Files.readSymbolicLink(link) : null;
        Path fresh = Files.createSymbolicLink(folder.resolve("..data_tmp"), Path.of(name));
        Files.move(fresh, link, StandardCopyOption.ATOMIC_MOVE);
        for (String entry : first) {
            Path visible = folder.resolve(entry);
            if (!Files.exists(visible, LinkOption.NOFOLLOW_LINKS)) {
                Files.createSymbolicLink(visible, Path.of(DATA, entry));
            }
        }
        for (String path : current.keySet()) {
            String gone = Path.of(path).normalize().getName(0).toString();
            if (!first.contains(gone)) {
                Files.deleteIfExists(folder.resolve(gone));
            }
        }
        if (before != null) {
            NodeFiles.delete(folder.resolve(before));
        }
        current = Map.copyOf(files);
        return true;
    }
}
