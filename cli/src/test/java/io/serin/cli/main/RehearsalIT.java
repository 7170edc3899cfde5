// SPDX-License-Identifier: Apache-2.0
package io.serin.cli.main;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class RehearsalIT {

    @Test
    void playsAnInstallationToItsEnd() throws Exception {
        PrintStream stdout = System.out;
        ByteArrayOutputStream said = new ByteArrayOutputStream();
        System.setOut(new PrintStream(said, true, StandardCharsets.UTF_8));
        try {
            Rehearsal.run();
        } finally {
            System.setOut(stdout);
        }
        assertThat(said.toString(StandardCharsets.UTF_8))
                .contains("REVISION   READY")
                .contains("× the API server is too old")
                .contains("revision rehearsal is ready");
    }
}
