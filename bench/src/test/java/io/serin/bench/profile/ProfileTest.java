// SPDX-License-Identifier: Apache-2.0
package io.serin.bench.profile;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class ProfileTest {

    @Test
    void knowsThePartsOfTheProgram() {
        assertThat(Profile.part("io.serin.proxy.outbound.pick.LoopClusters$Entry"))
                .isEqualTo("Serin outbound.pick");
        assertThat(Profile.part("io.netty.buffer.PoolArena")).isEqualTo("Netty buffers");
        assertThat(Profile.part("io.netty.channel.epoll.EpollIoHandler"))
                .isEqualTo("Netty channels and loop");
        assertThat(Profile.part("io.netty.util.Recycler")).isEqualTo("Netty, the rest");
        assertThat(Profile.part("java.util.ArrayDeque")).isEqualTo("JDK");
        assertThat(Profile.part("Unpackaged")).isEqualTo("JDK");
    }

    @Test
    void showsTheMostFirst() {
        Profile profile =
                new Profile(
                        200,
                        Map.of("system call: recv", 150L, "Serin http", 50L),
                        Map.of("A.a", 10L, "B.b", 20L, "C.c", 5L));
        assertThat(profile.text(2))
                .isEqualTo(
                        """
                        by part, of 200 samples
                           75.0 %  system call: recv
                           25.0 %  Serin http
                        by method, without what it calls
                           10.0 %  B.b
                            5.0 %  A.a
                        """);
    }
}
