// SPDX-License-Identifier: Apache-2.0
package io.serin.local.main;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;

/**
 * The cluster's folder, held by one cluster at a time. The kernel lets go of it with the process.
 */
final class Folder {

    private static final long LEAST_BYTES = 64L << 20;

    private final Path path;
    private final FileLock lock;

    private Folder(Path path, FileLock lock) {
        this.path = path;
        this.lock = lock;
    }

    /**
     * Takes the folder, and removes what a killed run left in it.
     *
     * @param starter who is named to the next one that wants it
     * @throws Refusal when another cluster has it, or it can't be written
     */
    static Folder take(Path path, String starter) {
        try {
            var _ = Files.createDirectories(path);
            long usable = Files.getFileStore(path).getUsableSpace();
            if (usable < LEAST_BYTES) {
                throw new Refusal(
                        "%s: %d MiB are free (expected: at least %d); free some, or choose another folder: --dir"
                                .formatted(path, usable >> 20, LEAST_BYTES >> 20));
            }
            FileChannel channel =
                    FileChannel.open(
                            path.resolve("lock"),
                            StandardOpenOption.CREATE,
                            StandardOpenOption.WRITE);
            FileLock lock = channel.tryLock();
            if (lock == null) {
                channel.close();
                throw new Refusal(
                        """
                        a local cluster runs in %s already, started by process %s
                        look at it: eval "$(serin local-cluster env --dir %s)"; end it: Ctrl-C there;
                        or have another beside it: serin local-cluster up --dir FOLDER, and for a \
                        demo there: serin demo --kubeconfig FOLDER/kubeconfig\
                        """
                                .formatted(
                                        path,
                                        Files.readString(path.resolve("lock")).strip(),
                                        path));
            }
            var _ = channel.truncate(0).write(StandardCharsets.UTF_8.encode(starter));
            for (String left : new String[] {"api.sock", "kubeconfig"}) {
                var _ = Files.deleteIfExists(path.resolve(left));
            }
            // Its writer appends: whoever finds the folder taken has it open too, and says nothing.
            FileChannel.open(
                            path.resolve("local-cluster.log"),
                            StandardOpenOption.CREATE,
                            StandardOpenOption.WRITE,
                            StandardOpenOption.TRUNCATE_EXISTING)
                    .close();
            return new Folder(path, lock);
        } catch (IOException refused) {
            throw new Refusal(path + ": " + refused.getMessage());
        }
    }

    Path socket() {
        return path.resolve("api.sock");
    }

    Path path() {
        return path;
    }

    void writeKubeconfig(String content) throws IOException {
        Path file =
                Files.createFile(
                        path.resolve("kubeconfig"),
                        PosixFilePermissions.asFileAttribute(
                                PosixFilePermissions.fromString("rw-------")));
        var _ = Files.writeString(file, content);
    }

    /** Whether this process still has it. */
    boolean isHeld() {
        return lock.isValid();
    }
}
