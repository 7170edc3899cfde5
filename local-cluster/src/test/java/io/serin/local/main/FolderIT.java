// SPDX-License-Identifier: Apache-2.0
package io.serin.local.main;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Folders that can't be had. */
class FolderIT {

    @TempDir private Path folder;

    /**
     * A process that takes the folder, says what came of it, and keeps it to the end of its input.
     */
    static final class Taker {

        private Taker() {}

        public static void main(String[] arguments) throws IOException {
            try {
                Folder held = Folder.take(Path.of(arguments[0]), arguments[1]);
                System.out.println("taken");
                var _ = System.in.read();
                System.out.println(held.isHeld() ? "kept" : "lost");
            } catch (Refusal refused) {
                System.out.println(refused.getMessage());
            }
        }
    }

    @Test
    void theSecondIsToldOfTheFirstAndLeavesItsLogAlone() throws IOException {
        Process first = start(Taker.class, folder.toString(), "4711");
        assertThat(first.inputReader().readLine()).isEqualTo("taken");
        Path log = Files.writeString(folder.resolve("local-cluster.log"), "of the first\n");

        assertThat(said(start(Taker.class, folder.toString(), "4712")))
                .startsWith("a local cluster runs in " + folder + " already")
                .contains("started by process 4711\nlook at it: ");
        assertThat(log).hasContent("of the first\n");

        var _ = first.destroyForcibly().onExit().join();
        assertThat(said(start(Taker.class, folder.toString(), "7"))).isEqualTo("taken\nkept\n");
        assertThat(folder.resolve("lock")).hasContent("7");
    }

    @Test
    void aFullDiskIsNamedAndNothingIsLost() throws IOException {
        List<String> onOneMebibyte =
                List.of(
                        "unshare",
                        "--mount",
                        "--user",
                        "--map-root-user",
                        "sh",
                        "-c",
                        "mount -t tmpfs -o size=1m none \"$0\" && echo kept > \"$0/note\" && \"$@\""
                                + " && cat \"$0/note\"",
                        folder.toString());
        assumeTrue(
                said(started(onOneMebibyte, List.of("true"))).equals("kept\n"),
                "this user may make no user and mount namespaces");

        assertThat(said(started(onOneMebibyte, java(Taker.class, folder.toString(), "4711"))))
                .isEqualTo(
                        folder
                                + ": 0 MiB are free (expected: at least 64); free some, or choose"
                                + " another folder: --dir\nkept\n");
    }

    /** Standard error is the log of whichever cluster has the folder. */
    @Test
    void aRefusalIsNotForTheLog() throws IOException {
        Process outside = start(LocalClusterMain.class);

        assertThat(said(outside)).startsWith("refused: this program wants namespaces of its own");
        assertThat(outside.getErrorStream()).isEmpty();
    }

    private static Process start(Class<?> main, String... arguments) throws IOException {
        return started(List.of(), java(main, arguments));
    }

    private static Process started(List<String> surroundings, List<String> program)
            throws IOException {
        return new ProcessBuilder(Stream.of(surroundings, program).flatMap(List::stream).toList())
                .start();
    }

    private static List<String> java(Class<?> main, String... arguments) {
        List<String> words =
                new ArrayList<>(
                        List.of(
                                System.getProperty("java.home") + "/bin/java",
                                "-XX:+UseSerialGC",
                                "-XX:TieredStopAtLevel=1",
                                "-cp",
                                System.getProperty("java.class.path"),
                                main.getName()));
        words.addAll(List.of(arguments));
        return words;
    }

    /** All of it, when its input is at its end. */
    private static String said(Process process) throws IOException {
        process.getOutputStream().close();
        return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
}
