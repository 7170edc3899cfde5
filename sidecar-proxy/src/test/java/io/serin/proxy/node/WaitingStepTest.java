// SPDX-License-Identifier: Apache-2.0
package io.serin.proxy.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.serin.api.name.Revision;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WaitingStepTest {

    private static final List<String> FLAGS =
            List.of(
                    "-x",
                    "",
                    "-b",
                    "*",
                    "--run-validation",
                    "--skip-rule-apply",
                    "--revision",
                    "1-0");

    @TempDir Path process;

    @Test
    void isFoundInTheScriptAndInTheProgramThatItBecomes() throws IOException {
        assertThat(found("/bin/sh", "/opt/serin/bin/serin-proxy", "redirect")).contains(FLAGS);
        assertThat(found("java", "-cp", "a.jar", "io.serin.proxy.main.ProxyMain", "redirect"))
                .contains(FLAGS);
    }

    @Test
    void isNothingElse() throws IOException {
        assertThat(found("/bin/echo", "redirect")).isEmpty();
        assertThat(found("redirect")).isEmpty();
        assertThat(found("/opt/serin/bin/serin-proxy", "proxy")).isEmpty();
        assertThat(step(List.of("/opt/serin/bin/serin-proxy", "redirect", "-b", "*"))).isEmpty();
        assertThat(step(List.of())).as("a thread of the kernel").isEmpty();
    }

    @Test
    void isOfOneRevision() throws IOException {
        write(Stream.concat(Stream.of("/serin-proxy", "redirect"), FLAGS.stream()).toList());

        assertThat(WaitingStep.of(process, new Revision("1-0"))).isPresent();
        assertThat(WaitingStep.of(process, new Revision("1-1"))).isEmpty();
        assertThat(WaitingStep.of(process, Revision.DEFAULT)).isEmpty();
    }

    @Test
    void isGoneWhenItsNumberIsAnothers() throws IOException {
        WaitingStep step = anyStep();
        assertThat(step.isStillThere()).isTrue();

        stat("99");
        assertThat(step.isStillThere()).isFalse();
        Files.delete(process.resolve("stat"));
        assertThat(step.isStillThere()).isFalse();
    }

    /** It is read by a program of more rights than the pod has. */
    @Test
    void nameServersAreReadFromAFileAlone() throws IOException {
        WaitingStep step = anyStep();
        Path file = process.resolve("root/etc/resolv.conf");
        assertThat(step.resolvConf()).isEqualTo(file).doesNotExist();
        Files.createDirectories(file.getParent());

        Files.writeString(file, "nameserver 10.96.0.10");
        assertThat(step.resolvConf()).isEqualTo(file);
        Files.write(file, new byte[65 * 1024]);
        assertThatThrownBy(step::resolvConf).hasMessageContaining("at most 65536 bytes");
        Files.delete(file);
        Files.createSymbolicLink(file, Path.of("/etc/passwd"));
        assertThatThrownBy(step::resolvConf).hasMessageContaining("/etc/resolv.conf");
    }

    @Test
    void saysWhichPodItIsOf() throws IOException {
        WaitingStep step = anyStep();
        assertThat(step.pod()).isEqualTo("unknown");
        Path file = process.resolve("root/etc/hostname");
        Files.createDirectories(file.getParent());

        Files.writeString(file, "web-1\n");
        assertThat(step.pod()).isEqualTo("web-1");
        assertThat(step.toString()).contains("pod=web-1 flags=[-x, , -b, *, ");
    }

    private WaitingStep anyStep() throws IOException {
        return step(Stream.concat(Stream.of("/serin-proxy", "redirect"), FLAGS.stream()).toList())
                .orElseThrow();
    }

    private Optional<List<String>> found(String... program) throws IOException {
        return step(Stream.concat(Stream.of(program), FLAGS.stream()).toList())
                .map(WaitingStep::flags);
    }

    private Optional<WaitingStep> step(List<String> words) throws IOException {
        write(words);
        return WaitingStep.of(process, new Revision("1-0"));
    }

    private void write(List<String> words) throws IOException {
        Files.writeString(
                process.resolve("cmdline"),
                words.stream().map(word -> word + "\0").collect(Collectors.joining()));
        stat("12");
    }

    private void stat(String started) throws IOException {
        Files.writeString(
                process.resolve("stat"),
                "7 (a ) b) S 1 7 7 0 -1 4194560 0 0 0 0 0 0 0 0 20 0 1 0 " + started + " 5 6\n");
    }
}
