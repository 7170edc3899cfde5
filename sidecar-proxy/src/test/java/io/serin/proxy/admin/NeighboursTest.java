// SPDX-License-Identifier: Apache-2.0
package io.serin.proxy.admin;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NeighboursTest {

    private static final String ROUTES =
            """
            Iface	Destination	Gateway 	Flags	RefCnt	Use	Metric	Mask	MTU	Window	IRTT
            eth0	0000F40A	0101F40A	0003	0	0	0	0000FFFF	0	0	0
            eth0	00000000	0101F40A	0003	0	0	0	00000000	0	0	0
            """;

    @TempDir Path temp;

    @ParameterizedTest
    @CsvSource({
        "127.0.0.1, true",
        "::1, true",
        "127.0.0.6, false",
        "172.18.0.3, true",
        "10.244.1.1, true",
        "10.244.1.5, false",
        "172.18.0.4, false",
    })
    void arethePodTheNodeAndTheGateway(String peer, boolean near) throws IOException {
        Path routes = Files.writeString(temp.resolve("route"), ROUTES);
        Neighbours neighbours = new Neighbours(Optional.of("172.18.0.3"), routes);

        assertThat(neighbours.isSelfOrNode(InetAddress.ofLiteral(peer))).isEqualTo(near);
    }
}
