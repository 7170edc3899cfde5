// SPDX-License-Identifier: Apache-2.0
package io.serin.local.node.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LogFileTest {

    @TempDir Path folder;

    private static void write(LogFile log, String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        log.append(bytes, 0, bytes.length);
    }

    private static String read(LogFile log, OptionalInt tail) throws IOException {
        try (InputStream input = log.open(false, tail)) {
            return new String(input.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @Test
    void keepsTheNewestInBoundedSpace() throws IOException {
        try (LogFile log = new LogFile(folder.resolve("1.log"), 100)) {
            for (int i = 0; i < 100; i++) {
                write(log, "line %03d\n".formatted(i));
            }
            String kept = read(log, OptionalInt.empty());
            assertThat(kept).endsWith("line 098\nline 099\n").hasSizeBetween(100, 220);
            assertThat(kept.length() % 9).isZero();
            assertThat(read(log, OptionalInt.of(2))).isEqualTo("line 098\nline 099\n");
            assertThat(read(log, OptionalInt.of(0))).isEmpty();
            assertThat(read(log, OptionalInt.of(1000))).isEqualTo(kept);
            assertThat(Files.size(folder.resolve("1.log"))).isLessThanOrEqualTo(110);
        }
    }

    @Test
    void followsUntilItIsClosed() throws Exception {
        LogFile log = new LogFile(folder.resolve("1.log"), 10);
        write(log, "one\n");
        InputStream follower = log.open(true, OptionalInt.empty());
        CompletableFuture<String> all =
                CompletableFuture.supplyAsync(() -> {
                    try (follower) {
                        return new String(follower.readAllBytes(), StandardCharsets.UTF_8);
                    } catch (IOException failed) {
                        return failed.toString();
                    }
                });
        write(log, "two");
        log.close();
        assertThat(all.get()).isEqualTo("one\ntwo");
        assertThat(read(log, OptionalInt.of(1))).isEqualTo("two");
    }
}
