// SPDX-License-Identifier: Apache-2.0
package io.serin.proxy.node;

import io.serin.api.name.Revision;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * A pod's redirect step that sets no rules itself, as its process tells of it: proc(5).
 *
 * @param process its folder in /proc
 * @param started when, in the kernel's clock: with the number it is the process, whatever program
 *     it runs; the number alone is given to others later
 * @param flags the step's
 */
record WaitingStep(Path process, String started, List<String> flags) {

    private static final String STEP = "redirect";
    private static final List<String> SIGNS = List.of("--run-validation", "--skip-rule-apply");
    private static final String REVISION = "--revision";

    /** No pod may fill this program's memory. */
    private static final int MOST_BYTES = 64 * 1024;

    WaitingStep {
        flags = List.copyOf(flags);
    }

    /** That of a process, where it is one, and of this revision. */
    static Optional<WaitingStep> of(Path process, Revision revision) {
        try {
            String started = started(process);
            List<String> flags = flags(words(process.resolve("cmdline")));
            return flags.containsAll(SIGNS) && names(flags, revision)
                    ? Optional.of(new WaitingStep(process, started, flags))
                    : Optional.empty();
        } catch (IOException gone) {
            return Optional.empty();
        }
    }

    private static List<String> words(Path commandLine) throws IOException {
        try (InputStream in = Files.newInputStream(commandLine)) {
            String text = new String(in.readNBytes(MOST_BYTES), StandardCharsets.UTF_8);
            // Each ends with a zero, also one that is empty.
            List<String> words = List.of(text.split("\0", -1));
            return words.subList(0, words.size() - 1);
        }
    }

    /** What follows the step's name, in the image's script and in what that becomes. */
    private static List<String> flags(List<String> words) {
        int step = words.indexOf(STEP);
        if (step < 1) {
            return List.of();
        }
        String program = words.get(step - 1);
        return program.endsWith("/serin-proxy") || program.endsWith(".ProxyMain")
                ? words.subList(step + 1, words.size())
                : List.of();
    }

    private static boolean names(List<String> flags, Revision revision) {
        int value = flags.indexOf(REVISION) + 1;
        return value > 0 && value < flags.size() && flags.get(value).equals(revision.value());
    }

    /** Field 22; the second, a name in brackets, may hold blanks and brackets. */
    private static String started(Path process) throws IOException {
        String line = Files.readString(process.resolve("stat"), StandardCharsets.ISO_8859_1);
        return line.substring(line.lastIndexOf(')') + 2).split(" ", -1)[19];
    }

    /** Whether the process is still there, so that what was opened of it is its own. */
    boolean isStillThere() {
        try {
            return started(process).equals(started);
        } catch (IOException gone) {
            return false;
        }
    }

    /** Its network namespace. */
    Path network() {
        return process.resolve("ns/net");
    }

    /**
     * Where its name servers stand.
     *
     * @throws IllegalArgumentException when it is not what a kubelet writes
     */
    Path resolvConf() throws IOException {
        Path file = process.resolve("root/etc/resolv.conf");
        if (Files.exists(file, LinkOption.NOFOLLOW_LINKS)
                && (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)
                        || Files.size(file) > MOST_BYTES)) {
            throw new IllegalArgumentException(
                    "/etc/resolv.conf: (expected: a file of at most " + MOST_BYTES + " bytes)");
        }
        return file;
    }

    /** The pod's name, as its containers see it; for people. */
    String pod() {
        Path file = process.resolve("root/etc/hostname");
        if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
            return "unknown";
        }
        try (InputStream in = Files.newInputStream(file)) {
            return new String(in.readNBytes(253), StandardCharsets.US_ASCII).strip();
        } catch (IOException gone) {
            return "unknown";
        }
    }

    @Override
    public String toString() {
        return "pid=" + process.getFileName() + " pod=" + pod() + " flags=" + join();
    }

    private String join() {
        return Arrays.toString(flags.toArray());
    }
}
