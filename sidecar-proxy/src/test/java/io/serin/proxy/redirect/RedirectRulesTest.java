// SPDX-License-Identifier: Apache-2.0
package io.serin.proxy.redirect;

import static org.assertj.core.api.Assertions.assertThat;

import io.serin.proxy.redirect.PacketWalk.Packet;
import java.net.InetAddress;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Where packets end up, for the flags that an injector passes. The pod is 10.244.1.5 here. */
class RedirectRulesTest {

    /** As the injector calls it when no annotation says otherwise. */
    private static final List<String> INJECTED =
            List.of(
                    "-p",
                    "15001",
                    "-z",
                    "15006",
                    "-u",
                    "1337",
                    "-m",
                    "REDIRECT",
                    "-i",
                    "*",
                    "-x",
                    "",
                    "-b",
                    "*",
                    "-d",
                    "15090,15021,15020");

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    the application calls a Service                 | out eth0 10.244.1.5 10.96.0.10  tcp 80    0    0    | 15001
                    the application calls any other address         | out eth0 10.244.1.5 1.1.1.1     tcp 443   1000 1000 | 15001
                    the application sends a datagram                | out eth0 10.244.1.5 10.96.0.10  udp 53    0    0    | untouched
                    the proxy calls an endpoint                     | out eth0 10.244.1.5 10.244.2.7  tcp 9080  1337 1337 | untouched
                    the proxy's user with another group             | out eth0 10.244.1.5 10.244.2.7  tcp 9080  1337 0    | untouched
                    another user of the proxy's group               | out eth0 10.244.1.5 10.244.2.7  tcp 9080  0    1337 | untouched
                    the proxy calls its own pod as an endpoint      | out lo   10.244.1.5 10.244.1.5  tcp 9080  1337 1337 | 15006
                    the proxy calls the tunnel of its own pod       | out lo   10.244.1.5 10.244.1.5  tcp 15008 1337 1337 | untouched
                    the proxy calls its application from 127.0.0.6  | out lo   127.0.0.6  10.244.1.5  tcp 9080  1337 1337 | untouched
                    the proxy calls its application on loopback     | out lo   127.0.0.1  127.0.0.1   tcp 9080  1337 1337 | untouched
                    the application calls itself on loopback        | out lo   127.0.0.1  127.0.0.1   tcp 9080  0    0    | untouched
                    the application calls its own address           | out lo   10.244.1.5 10.244.1.5  tcp 9080  0    0    | untouched
                    a request arrives                               | in  eth0 10.244.2.7 10.244.1.5  tcp 9080  0    0    | 15006
                    a request arrives at a port nobody declared     | in  eth0 10.244.2.7 10.244.1.5  tcp 4242  0    0    | 15006
                    the kubelet asks for health                     | in  eth0 10.244.1.1 10.244.1.5  tcp 15021 0    0    | untouched
                    Prometheus asks for metrics                     | in  eth0 10.244.1.1 10.244.1.5  tcp 15020 0    0    | untouched
                    Prometheus asks the proxy for metrics           | in  eth0 10.244.1.1 10.244.1.5  tcp 15090 0    0    | untouched
                    somebody comes through a tunnel                 | in  eth0 10.244.2.7 10.244.1.5  tcp 15008 0    0    | untouched
                    a datagram arrives                              | in  eth0 10.244.2.7 10.244.1.5  udp 9080  0    0    | untouched
                    """)
    void asInjected(String what, String packet, String end) {
        assertThat(walk(INJECTED, packet)).as(what).isEqualTo(end);
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    -b ''                | in  eth0 10.244.2.7 10.244.1.5 tcp 9080 0    0    | untouched
                    -b 9080              | in  eth0 10.244.2.7 10.244.1.5 tcp 9080 0    0    | 15006
                    -b 9080              | in  eth0 10.244.2.7 10.244.1.5 tcp 9081 0    0    | untouched
                    -b 15021 -d 15021    | in  eth0 10.244.2.7 10.244.1.5 tcp 15021 0   0    | 15006
                    -o 3306              | out eth0 10.244.1.5 10.96.0.10 tcp 3306 0    0    | untouched
                    -o 3306              | out eth0 10.244.1.5 10.96.0.10 tcp 3307 0    0    | 15001
                    -o 53                | out eth0 10.244.1.5 10.96.0.10 udp 53   0    0    | untouched
                    -x 10.96.0.0/16      | out eth0 10.244.1.5 10.96.0.10 tcp 80   0    0    | untouched
                    -x 10.96.0.0/16      | out eth0 10.244.1.5 10.97.0.10 tcp 80   0    0    | 15001
                    -x 10.96.0.0/16 -q 80| out eth0 10.244.1.5 10.96.0.10 tcp 80   0    0    | untouched
                    -i 10.96.0.0/16      | out eth0 10.244.1.5 10.96.0.10 tcp 80   0    0    | 15001
                    -i 10.96.0.0/16      | out eth0 10.244.1.5 1.1.1.1    tcp 80   0    0    | untouched
                    -i ''                | out eth0 10.244.1.5 10.96.0.10 tcp 80   0    0    | untouched
                    -i '' -q 80          | out eth0 10.244.1.5 10.96.0.10 tcp 80   0    0    | 15001
                    -i '' -q 80          | out eth0 10.244.1.5 10.96.0.10 tcp 81   0    0    | untouched
                    -i 127.1.2.3/8       | out lo   127.0.0.1  127.0.0.2  tcp 80   0    0    | 15001
                    -i 127.0.0.0/8       | out lo   127.0.0.1  127.0.0.1  tcp 80   0    0    | untouched
                    -i 127.0.0.2         | out lo   127.0.0.1  127.0.0.2  tcp 80   0    0    | 15001
                    -i 0.0.0.0/0         | out lo   10.244.1.5 10.244.1.5 tcp 80   0    0    | untouched
                    -u 1337,1400         | out eth0 10.244.1.5 10.96.0.10 tcp 80   1400 0    | untouched
                    -u 1337 -g 2000      | out eth0 10.244.1.5 10.96.0.10 tcp 80   0    2000 | untouched
                    -u 1337 -g 2000      | out eth0 10.244.1.5 10.96.0.10 tcp 80   0    1337 | 15001
                    -c net1              | out net1 10.244.1.5 10.96.0.10 tcp 80   0    0    | untouched
                    -c net1              | in  net1 10.244.2.7 10.244.1.5 tcp 80   0    0    | untouched
                    -c net1              | in  eth0 10.244.2.7 10.244.1.5 tcp 80   0    0    | 15006
                    -k virt0             | in  virt0 10.0.2.2  10.96.0.10 tcp 80   0    0    | 15001
                    -k virt0             | in  virt0 10.0.2.2  10.96.0.10 udp 80   0    0    | untouched
                    -k virt0             | in  eth0 10.244.2.7 10.244.1.5 tcp 80   0    0    | 15006
                    -k virt0 -c virt0    | in  virt0 10.0.2.2  10.96.0.10 tcp 80   0    0    | 15001
                    -k virt0 -i 10.96.0.0/16 | in virt0 10.0.2.2 10.96.0.10 tcp 80 0    0    | 15001
                    -k virt0 -i 10.96.0.0/16 | in virt0 10.0.2.2 1.1.1.1    tcp 80 0    0    | untouched
                    -k virt0 -i ''       | in  virt0 10.0.2.2  10.244.1.5 tcp 80   0    0    | untouched
                    --redirect-dns       | out eth0 10.244.1.5 10.96.0.10 udp 53   0    0    | 15053
                    --redirect-dns       | out eth0 10.244.1.5 10.96.0.10 tcp 53   0    0    | 15053
                    --redirect-dns       | out eth0 10.244.1.5 10.96.0.10 udp 53   1337 1337 | untouched
                    --redirect-dns       | out eth0 10.244.1.5 10.96.0.10 tcp 53   1337 1337 | untouched
                    --redirect-dns       | out eth0 10.244.1.5 1.1.1.1    udp 53   0    0    | untouched
                    --redirect-dns       | out eth0 10.244.1.5 1.1.1.1    tcp 53   0    0    | 15001
                    --redirect-dns       | out eth0 10.244.1.5 10.96.0.10 udp 5353 0    0    | untouched
                    --redirect-dns -o 53 | out eth0 10.244.1.5 10.96.0.10 udp 53   0    0    | untouched
                    --redirect-dns --capture-all-dns | out eth0 10.244.1.5 1.1.1.1 udp 53 0 0 | 15053
                    --redirect-dns --capture-all-dns | out eth0 10.244.1.5 1.1.1.1 tcp 53 0 0 | 15053
                    -p 1 -z 2            | out eth0 10.244.1.5 10.96.0.10 tcp 80   0    0    | 1
                    -p 1 -z 2            | in  eth0 10.244.2.7 10.244.1.5 tcp 80   0    0    | 2
                    """)
    void asFlagsSay(String flags, String packet, String end) {
        List<String> args =
                List.of(flags.strip().split(" +", -1)).stream()
                        .map(arg -> arg.equals("''") ? "" : arg)
                        .toList();

        assertThat(walk(args, packet)).isEqualTo(end);
    }

    @Test
    void keepsFamiliesApart() {
        RedirectSettings settings =
                RedirectFlags.parse(
                        List.of("-i", "10.0.0.0/8,fd00::/8", "-x", "fd00:1::/32"),
                        Map.of(),
                        List.of());

        PacketWalk walk = new PacketWalk(RedirectRules.of(settings, Family.IPV6));

        assertThat(walk.walk(packet("out eth0 fd00::5 fd00:2::1 tcp 80 0 0"))).isEqualTo("15001");
        assertThat(walk.walk(packet("out eth0 fd00::5 fd00:1::1 tcp 80 0 0")))
                .isEqualTo(PacketWalk.UNTOUCHED);
        assertThat(walk.walk(packet("out lo ::6 fd00::5 tcp 80 1337 1337")))
                .isEqualTo(PacketWalk.UNTOUCHED);
        assertThat(walk.walk(packet("out lo fd00::5 fd00::5 tcp 80 1337 1337"))).isEqualTo("15006");
    }

    private static String walk(List<String> args, String packet) {
        RedirectSettings settings =
                RedirectFlags.parse(args, Map.of(), List.of(InetAddress.ofLiteral("10.96.0.10")));
        return new PacketWalk(RedirectRules.of(settings, Family.IPV4)).walk(packet(packet));
    }

    private static Packet packet(String text) {
        List<String> words = List.of(text.strip().split(" +", -1));
        return new Packet(
                words.get(0).equals("in"),
                words.get(1),
                words.get(2),
                words.get(3),
                words.get(4).equals("tcp"),
                40000,
                Integer.parseInt(words.get(5)),
                Integer.parseInt(words.get(6)),
                Integer.parseInt(words.get(7)));
    }
}
