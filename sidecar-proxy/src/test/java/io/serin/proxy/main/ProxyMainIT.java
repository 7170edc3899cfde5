// SPDX-License-Identifier: Apache-2.0
package io.serin.proxy.main;

import static org.assertj.core.api.Assertions.assertThat;

import io.serin.api.contract.Ports;
import java.io.IOException;
import java.net.BindException;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ProxyMainIT {

    @Test
    void saysWhichPortIsTaken() throws Exception {
        Optional<ServerSocket> taken = take(Ports.HEALTH);
        try {
            Process proxy =
                    new ProcessBuilder(
                                    System.getProperty("java.home") + "/bin/java",
                                    "--enable-native-access=ALL-UNNAMED",
                                    "--sun-misc-unsafe-memory-access=allow",
                                    "-cp",
                                    System.getProperty("java.class.path"),
                                    ProxyMain.class.getName(),
                                    "proxy")
                            .redirectErrorStream(true)
                            .start();
            String log = new String(proxy.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

            assertThat(proxy.waitFor()).isEqualTo(Exit.KERNEL.code());
            assertThat(log)
                    .contains("error main a port can't be opened", "port 15021", "already in use");
        } finally {
            if (taken.isPresent()) {
                taken.get().close();
            }
        }
    }

    /** Empty where somebody else has it: taken as well. */
    private static Optional<ServerSocket> take(int port) throws IOException {
        try {
            return Optional.of(new ServerSocket(port));
        } catch (BindException already) {
            return Optional.empty();
        }
    }
}
