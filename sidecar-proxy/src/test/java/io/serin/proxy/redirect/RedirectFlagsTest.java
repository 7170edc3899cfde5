// SPDX-License-Identifier: Apache-2.0
package io.serin.proxy.redirect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.serin.api.name.Revision;
import io.serin.proxy.redirect.RedirectSettings.Dns;
import java.net.InetAddress;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RedirectFlagsTest {

    private static final List<InetAddress> NAME_SERVERS =
            List.of(InetAddress.ofLiteral("10.96.0.10"), InetAddress.ofLiteral("fd00:96::a"));

    @Test
    void takesNothingForTheDefaults() {
        assertThat(parse(List.of())).isEqualTo(RedirectSettings.DEFAULT);
    }

    @Test
    void takesLongNamesAndEqualSigns() {
        assertThat(
                        parse(
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
                    -t 1337            | flag '-t' (expected: one of -p -z -u -g -m -b -d -i -x -q -o -c -k --redirect-dns --capture-all-dns --skip-rule-apply --run-validation --revision)
                    --redirect-dns=yes | --redirect-dns: 'yes' (expected: true or false)
                    --redirect-dns -b * --redirect-dns | --redirect-dns: given twice (expected: once)
                    --capture-all-dns  | --capture-all-dns: without --redirect-dns (expected: both, or neither)
                    --drop-invalid     | flag '--drop-invalid' (expected: one of -p -z -u -g -m -b -d -i -x -q -o -c -k --redirect-dns --capture-all-dns --skip-rule-apply --run-validation --revision)
                    """)
    void refusesByFlagValueAndExpectation(String flags, String message) {
        assertThatThrownBy(() -> parse(List.of(flags.split(" ", -1))))
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
                        "INVALID_DROP",
                        "false",
                        "ISTIO_OUTBOUND_OWNER_GROUPS",
                        "*",
                        "ISTIO_META_CLUSTER_ID",
                        "c1"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            textBlock =
                    """
                    --redirect-dns                        | ""    | 10.96.0.10 fd00:96::a
                    --redirect-dns=true                   | false | 10.96.0.10 fd00:96::a
                    ""                                    | true  | 10.96.0.10 fd00:96::a
                    ""                                    | false | ""
                    --redirect-dns=false                  | true  | ""
                    --redirect-dns --capture-all-dns=false | ""   | 10.96.0.10 fd00:96::a
                    """)
    void takesTheNameServersOfThePod(String flags, String variable, String servers) {
        RedirectSettings settings =
                RedirectFlags.parse(
                        words(flags), Map.of("ISTIO_META_DNS_CAPTURE", variable), NAME_SERVERS);

        assertThat(settings.dns())
                .isEqualTo(new Dns.Servers(words(servers).stream().map(Cidr::parse).toList()));
    }

    @Test
    void takesAllNameServersThereAre() {
        assertThat(parse(List.of("--redirect-dns", "--capture-all-dns")).dns())
                .isEqualTo(new Dns.All());
    }

    @Test
    void refusesToRedirectQuestionsThatNobodyWouldAnswer() {
        assertThatThrownBy(
                        () -> RedirectFlags.parse(List.of("--redirect-dns"), Map.of(), List.of()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "--redirect-dns: the pod has no name server (expected: one in"
                                + " /etc/resolv.conf, or --capture-all-dns)");
    }

    private static List<String> words(String text) {
        return text.isEmpty() ? List.of() : List.of(text.split(" ", -1));
    }

    private static RedirectSettings parse(List<String> args) {
        return RedirectFlags.parse(args, Map.of(), NAME_SERVERS);
    }

    @Test
    void aPodThatMayNotRedirectProvesThatItWasDone() {
        List<String> flags =
                List.of("-o", "25", "--run-validation", "--skip-rule-apply", "--revision", "1-0");

        RedirectOrder order = RedirectFlags.order(flags, Map.of(), List.of());

        assertThat(order)
                .isEqualTo(
                        new RedirectOrder(
                                parse(List.of("-o", "25")),
                                false,
                                true,
                                Optional.of(new Revision("1-0"))));
    }

    @Test
    void rulesMayBeSetAndProved() {
        assertThat(RedirectFlags.order(List.of(), Map.of(), List.of()))
                .isEqualTo(
                        new RedirectOrder(RedirectSettings.DEFAULT, true, false, Optional.empty()));
        assertThat(RedirectFlags.order(List.of("--run-validation"), Map.of(), List.of()))
                .isEqualTo(
                        new RedirectOrder(RedirectSettings.DEFAULT, true, true, Optional.empty()));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    --skip-rule-apply         | --skip-rule-apply: without --run-validation (expected: both, or neither: nothing would be done)
                    --run-validation -c lo    | -c: 'lo' (expected: other interfaces beside --run-validation, which calls the pod by this one)
                    --run-validation=yes      | --run-validation: 'yes' (expected: true or false)
                    --revision A              | --revision: revision: 'A' (expected: a DNS label
                    """)
    void refusesAnOrderThatNobodyCanCarryOut(String flags, String message) {
        assertThatThrownBy(() ->
                        RedirectFlags.order(List.of(flags.split(" ", -1)), Map.of(), List.of()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith(message);
    }
}
