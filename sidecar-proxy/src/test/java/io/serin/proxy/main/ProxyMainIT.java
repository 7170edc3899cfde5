// SPDX-License-Identifier: Apache-2.0
package io.serin.proxy.main;

import static org.assertj.core.api.Assertions.assertThat;

import io.serin.api.contract.Ports;
import io.serin.proxy.redirect.Needs;
import java.io.IOException;
import java.net.BindException;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ProxyMainIT {

    @Test
    void saysWhichPortIsTaken() throws Exception {
        Optional<ServerSocket> taken = take(Ports.HEALTH);
        try {
            Process proxy = new ProcessBuilder(proxy()).redirectErrorStream(true).start();
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

    @Test
    void endsWhereItCannotDoTls() throws Exception {
        // In a network of its own, whose ports are all free.
        Needs.redirection();
        List<String> alone =
                new ArrayList<>(
                        List.of(
                                "unshare",
                                "--net",
                                "sh",
                                "-c",
                                "ip link set lo up; exec \"$@\"",
                                ""));
        alone.addAll(proxy("-Dio.netty.handler.ssl.noOpenSsl=true"));
        ProcessBuilder builder = new ProcessBuilder(alone).redirectErrorStream(true);
        builder.environment()
                .putAll(
                        Map.of(
                                "POD_NAME", "web-1",
                                "POD_NAMESPACE", "shop",
                                "INSTANCE_IP", "127.0.0.1",
                                "PROXY_CONFIG", "{\"discoveryAddress\":\"127.0.0.1:15012\"}"));
        Process proxy = builder.start();
        String log = new String(proxy.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(proxy.waitFor()).isEqualTo(Exit.BUG.code());
        assertThat(log).contains("error main TLS's native library can't be loaded library_path=");
    }

    private static List<String> proxy(String... options) {
        List<String> command =
                new ArrayList<>(
                        List.of(
                                System.getProperty("java.home") + "/bin/java",
                                "--enable-native-access=ALL-UNNAMED",
                                "--sun-misc-unsafe-memory-access=allow",
                                "-cp",
                                System.getProperty("java.class.path")));
        command.addAll(List.of(options));
        command.addAll(List.of(ProxyMain.class.getName(), "proxy"));
        return command;
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
