// SPDX-License-Identifier: Apache-2.0
package io.serin.proxy.redirect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RedirectFlagsTest {

    @Test
    void takesNothingForTheDefaults() {
        assertThat(RedirectFlags.parse(List.of())).isEqualTo(RedirectSettings.DEFAULT);
    }

    @Test
    void takesLongNamesAndEqualSigns() {
        assertThat(
                        RedirectFlags.parse(
                                List.of(
                                        "--envoy-port=15001",
                                        "--inbound-capture-port",
                                        "15006",
                                        "--istio-service-cidr=*")))
                .isEqualTo(RedirectSettings.DEFAULT);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            textBlock =
                    """
                    -o abc             | -o: 'abc' (expected: a port, 1 to 65535)
                    -o 80,,90          | -o: '' (expected: a port, 1 to 65535)
                    -d 70000           | -d: '70000' (expected: a port, 1 to 65535)
                    -p 0               | -p: '0' (expected: a port, 1 to 65535)
                    -x 10.0.0.0/40     | -x: '10.0.0.0/40' (expected: an address or a range, like 10.0.0.0/8)
                    -x example.com     | -x: 'example.com' (expected: an address or a range, like 10.0.0.0/8)
                    -i 10.0.0.0/8,*    | -i: '*' (expected: an address or a range, like 10.0.0.0/8)
                    -m TPROXY          | -m: 'TPROXY' (expected: REDIRECT)
                    -u root            | -u: 'root' (expected: a number, zero or more)
                    -u -1              | -u: '-1' (expected: a number, zero or more)
                    -c e;th0           | -c: 'e;th0' (expected: an interface's name)
                    -b                 | -b: nothing (expected: a value)
                    -b 80 -b 90        | -b: given twice (expected: once)
                    -k 0123456789abcdef | -k: '0123456789abcdef' (expected: an interface's name)
                    -t 1337            | flag '-t' (expected: one of -p -z -u -g -m -b -d -i -x -q -o -c -k)
                    --redirect-dns     | flag '--redirect-dns' (expected: one of -p -z -u -g -m -b -d -i -x -q -o -c -k)
                    --drop-invalid     | flag '--drop-invalid' (expected: one of -p -z -u -g -m -b -d -i -x -q -o -c -k)
                    """)
    void refusesByFlagValueAndExpectation(String flags, String message) {
        assertThatThrownBy(() -> RedirectFlags.parse(List.of(flags.split(" ", -1))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(message);
    }

    @ParameterizedTest
    @CsvSource({
        "10.1.2.3/8, 10.0.0.0/8",
        "10.1.2.3, 10.1.2.3",
        "10.1.2.3/32, 10.1.2.3",
        "0.0.0.0/0, 0.0.0.0/0",
        "::1/128, ::1",
        "fd00:0:0:1::/64, fd00:0:0:1::/64",
        "fd00::1:0:0:2, fd00::1:0:0:2",
    })
    void writesRangesAsNftablesDoes(String text, String written) {
        assertThat(Cidr.parse(text)).hasToString(written);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            textBlock =
                    """
                    ISTIO_META_DNS_CAPTURE              | true        | 'true' (expected: false, or not to be set: it is not supported)
                    INVALID_DROP                        | true        | 'true' (expected: false, or not to be set: it is not supported)
                    ISTIO_OUTBOUND_OWNER_GROUPS         | 202         | '202' (expected: *, or not to be set: it is not supported)
                    ISTIO_OUTBOUND_OWNER_GROUPS_EXCLUDE | 202         | '202' (expected: not to be set: it is not supported)
                    ISTIO_OUTBOUND_IPV4_LOOPBACK_CIDR   | 127.0.0.0/8 | '127.0.0.0/8' (expected: 127.0.0.1/32, or not to be set: it is not supported)
                    """)
    void refusesVariablesThatAskForWhatIsNotSupported(String name, String value, String message) {
        assertThatThrownBy(() -> RedirectVariables.check(Map.of(name, value)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(name + ": " + message);
    }

    @Test
    void takesVariablesThatAskForNothing() {
        RedirectVariables.check(
                Map.of(
                        "ISTIO_META_DNS_CAPTURE",
                        "false",
                        "ISTIO_OUTBOUND_OWNER_GROUPS",
                        "*",
                        "ISTIO_META_CLUSTER_ID",
                        "c1"));
    }
}
