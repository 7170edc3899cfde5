// SPDX-License-Identifier: Apache-2.0
package io.serin.local.node.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ContainerProcessIT {

    private static final long NO_SECOND_FILE = Long.MAX_VALUE;

    @BeforeEach
    void needsRoot() {
        assumeTrue(
                Files.isWritable(Path.of("/proc/sys/kernel/hostname")),
                "namespaces are made as root here");
    }

    @Test
    void goesOnWhereTheDiskIsFull() throws Exception {
        Command talker =
                new Command(
                        List.of(
                                "sh",
                                "-c",
                                "for i in 1 2 3 4 5; do echo $i || exit 3; sleep 0.1; done; exit 7"),
                        Map.of("PATH", "/usr/bin:/bin"),
                        "/",
                        new Identity(0, 0, Set.of(), Set.of(), false));

        ContainerProcess process =
                ContainerProcess.start(
                        "talker",
                        Path.of("/proc/self/ns"),
                        "",
                        talker,
                        new LogFile(Path.of("/dev/full"), NO_SECOND_FILE));

        assertThat(process.exit().get(10, TimeUnit.SECONDS)).isEqualTo(7);
    }
}
