// SPDX-License-Identifier: Apache-2.0
package io.serin.cli.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.serin.rollout.run.Claim;
import io.serin.rollout.run.Holder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PersonTest {

    private static final String PLACE = Person.place(Path.of("/proc"));

    private final Holder holder = Person.holder();

    @Test
    void isNamedByPersonMachineAndProcess() {
        assertThat(holder.name())
                .startsWith(System.getProperty("user.name") + "@")
                .endsWith(", process " + ProcessHandle.current().pid());
    }

    @Test
    void aProcessOfThisMachineThatHasEndedHoldsNothing() throws Exception {
        Process ended = new ProcessBuilder("true").start();
        assertThat(ended.waitFor()).isZero();
        long running = ProcessHandle.current().pid();

        assertThat(holder.isHeir().test(of(PLACE + " " + ended.pid()))).isTrue();
        assertThat(holder.isHeir().test(of(PLACE + " " + running))).isFalse();
        assertThat(holder.isHeir().test(of("elsewhere " + ended.pid()))).isFalse();
        assertThat(holder.isHeir().test(of(PLACE + " by hand"))).isFalse();
    }

    @Test
    void whereMachinesCannotBeToldApartNobodyIsTakenToHaveEnded(@TempDir Path proc)
            throws IOException {
        assertThat(Person.place(proc)).isEmpty();

        Files.createDirectories(proc.resolve("sys/kernel/random"));
        Files.writeString(proc.resolve("sys/kernel/random/boot_id"), "b-1\n");
        Files.createDirectories(proc.resolve("self/ns"));
        Files.createSymbolicLink(proc.resolve("self/ns/pid"), Path.of("pid:[1]"));
        assertThat(Person.place(proc)).isEqualTo("b-1 pid:[1]");
    }

    private static Claim of(String run) {
        return new Claim("bob@b, process 2", run, "2026-01-02T03:04:05Z", "2026-01-02T03:05:05Z");
    }
}
