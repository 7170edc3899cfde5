// SPDX-License-Identifier: Apache-2.0
package io.serin.proxy.settings;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ResolversTest {

    @TempDir Path temp;

    @Test
    void areThoseOfTheFileInItsOrder() throws Exception {
        Path file =
                Files.writeString(
                        temp.resolve("resolv.conf"),
                        """
                        # nameserver 10.0.0.1
                        search shop.svc.cluster.local svc.cluster.local cluster.local
                        nameserver 10.96.0.10
                          nameserver \tfd00:96::a
                        nameserver
                        nameserver example.com
                        options ndots:5
                        """);

        assertThat(Resolvers.read(file))
                .containsExactly(
                        InetAddress.ofLiteral("10.96.0.10"), InetAddress.ofLiteral("fd00:96::a"));
    }
}
