// SPDX-License-Identifier: Apache-2.0
package io.serin.proxy.redirect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The rules in a real network namespace, a pod's but for its name. Needs root. */
class RedirectIT {

    private static final List<String> FLAGS =
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

    private final String pod = "config-redirect-" + ProcessHandle.current().pid();
    private final Nft nft = new Nft(List.of("ip", "netns", "exec", pod, "nft"));

    @TempDir Path temp;

    @BeforeAll
    static void needs() {
        Needs.redirection();
    }

    @BeforeEach
    void makePod() throws Exception {
        ip("netns", "add", pod);
        inPod("ip", "link", "set", "lo", "up");
        // An address, and a way to everywhere that leads nowhere.
        inPod("ip", "link", "add", "eth0", "type", "veth", "peer", "name", "far");
        inPod("ip", "link", "set", "far", "up");
        inPod("ip", "addr", "add", "10.244.1.5/24", "dev", "eth0");
        inPod("ip", "link", "set", "eth0", "up");
        inPod("ip", "route", "add", "default", "dev", "eth0");
    }

    @AfterEach
    void removePod() throws Exception {
        ip("netns", "del", pod);
    }

    @Test
    void redirectsTheApplicationAndSparesTheProxy() throws Exception {
        redirect(FLAGS);

        // who, from, to -> what the listener at the proxy's port sees as the original destination
        assertThat(connect(0, "", "10.96.0.10", 80, 15001)).isEqualTo("10.96.0.10:80");
        assertThat(connect(0, "", "1.1.1.1", 443, 15001)).isEqualTo("1.1.1.1:443");
        assertThat(connect(1337, "", "10.244.1.5", 8080, 15006)).isEqualTo("10.244.1.5:8080");
        assertThat(connect(1337, "", "10.96.0.10", 80, 15001)).isEqualTo("nobody came");
        assertThat(connect(1337, "127.0.0.6", "10.244.1.5", 8080, 15006)).isEqualTo("nobody came");
        assertThat(connect(0, "", "127.0.0.1", 8080, 15001)).isEqualTo("nobody came");
        assertThat(connect(0, "", "10.244.1.5", 8080, 15001)).isEqualTo("nobody came");
    }

    @Test
    void redirectsIpv6AsWell() throws Exception {
        ipv6();
        redirect(FLAGS);

        assertThat(connect(0, "", "fd00:96::a", 80, 15001)).isEqualTo("fd00:96::a:80");
        assertThat(connect(1337, "", "fd00::5", 8080, 15006)).isEqualTo("fd00::5:8080");
        assertThat(connect(1337, "", "fd00:96::a", 80, 15001)).isEqualTo("nobody came");
        assertThat(connect(0, "", "::1", 8080, 15001)).isEqualTo("nobody came");
        assertThat(connect(0, "", "fd00::5", 8080, 15001)).isEqualTo("nobody came");
        // The proxy calls its application, and the answer finds its way back.
        assertThat(connect(1337, "::6", "fd00::5", 8080, 15006)).isEqualTo("nobody came");
        assertThat(connect(1337, "::6", "fd00::5", 8080, 8080)).isEqualTo("fd00::5:8080");
        assertThat(connect(0, "", "10.96.0.10", 80, 15001)).isEqualTo("10.96.0.10:80");
    }

    /** As the init container runs it, once at the start and again after a restart of the node. */
    @Test
    void isAProgramThatMayBeRunTwice() throws Exception {
        ipv6();
        List<String> command =
                new ArrayList<>(
                        List.of(
                                System.getProperty("java.home") + "/bin/java",
                                "-XX:+UseSerialGC",
                                "-XX:TieredStopAtLevel=1",
                                "--enable-native-access=ALL-UNNAMED",
                                "-cp",
                                System.getProperty("java.class.path"),
                                "io.serin.proxy.main.ProxyMain",
                                "redirect"));
        command.addAll(FLAGS);

        inPod(command.toArray(String[]::new));
        String first = handles();
        inPod(command.toArray(String[]::new));

        assertThat(handles()).isEqualTo(first);
        assertThat(first).contains("table ip serin_redirect {", "table ip6 serin_redirect {");
        assertThat(inPod("ip", "-6", "addr", "show", "dev", "lo")).contains("inet6 ::6/128");
        assertThat(connect(1337, "::6", "fd00::5", 8080, 8080)).isEqualTo("fd00::5:8080");
    }

    @Test
    void doesWithoutTheProgramWhatTheProgramDoes() throws Exception {
        redirect(FLAGS);
        String wanted = nft.list(Family.IPV4).orElseThrow();
        inPod("nft", "flush", "ruleset");

        assertThat(asUsual(List.of(), FLAGS)).isZero();

        assertThat(nft.list(Family.IPV4)).contains(wanted);
        assertThat(connect(0, "", "10.96.0.10", 80, 15001)).isEqualTo("10.96.0.10:80");
        String first = handles();
        assertThat(asUsual(List.of(), FLAGS)).as("rules that are there").isOne();
        assertThat(handles()).isEqualTo(first);
    }

    @Test
    void leavesToTheProgramWhatIsNotAsUsual() throws Exception {
        List<String> more = new ArrayList<>(FLAGS);
        more.addAll(List.of("-o", "25"));

        assertThat(asUsual(List.of(), more)).isOne();
        assertThat(asUsual(List.of(), FLAGS.subList(0, FLAGS.size() - 2))).isOne();
        assertThat(asUsual(List.of("ISTIO_META_DNS_CAPTURE=true"), FLAGS)).isOne();
        assertThat(asUsual(List.of("INVALID_DROP=true"), FLAGS)).isOne();
        ipv6();
        assertThat(asUsual(List.of(), FLAGS)).as("IPv6").isOne();

        assertThat(handles()).isEmpty();
    }

    /** How the image's step without a JVM ends. */
    private int asUsual(List<String> variables, List<String> flags) throws Exception {
        List<String> command = new ArrayList<>(List.of("ip", "netns", "exec", pod, "env"));
        command.addAll(variables);
        command.addAll(List.of("../deploy/images/proxy/bin/redirect-as-usual", "redirect"));
        command.addAll(flags);
        return new ProcessBuilder(command).inheritIO().start().waitFor();
    }

    @Test
    void changesNothingTheSecondTime() throws Exception {
        redirect(FLAGS);
        String first = handles();

        redirect(FLAGS);

        assertThat(handles()).isEqualTo(first);
    }

    @Test
    void replacesRulesThatSomebodyChanged() throws Exception {
        redirect(FLAGS);
        String wanted = nft.list(Family.IPV4).orElseThrow();
        inPod("nft", "insert", "rule", "ip", NftTable.NAME, "output", "return");
        assertThat(nft.list(Family.IPV4)).isNotEqualTo(wanted);

        redirect(FLAGS);

        assertThat(nft.list(Family.IPV4)).contains(wanted);
    }

    @Test
    void leavesTheTablesOfOthersAlone() throws Exception {
        inPod("nft", "add", "table", "ip", "other");
        inPod("nft", "add", "chain", "ip", "other", "theirs");
        String before = inPod("nft", "list", "table", "ip", "other");

        redirect(FLAGS);
        redirect(List.of("-b", "80"));

        assertThat(inPod("nft", "list", "table", "ip", "other")).isEqualTo(before);
    }

    @Test
    void listsAsItWritesForEveryKindOfRule() throws Exception {
        List<String> all =
                List.of(
                        "-u",
                        "1337,1400",
                        "-g",
                        "2000",
                        "-b",
                        "80,90",
                        "-o",
                        "53,3306",
                        "-q",
                        "8080",
                        "-x",
                        "10.1.0.0/16,fd00:0:0:1::/64",
                        "-i",
                        "10.0.0.0/8,fd00::/8",
                        "-c",
                        "net1",
                        "-k",
                        "virt0",
                        "--redirect-dns");
        ipv6();
        redirect(all);
        String first = handles();

        redirect(all);

        assertThat(handles()).isEqualTo(first);
        assertThat(nft.list(Family.IPV6)).isPresent();
    }

    @ParameterizedTest
    @CsvSource({"10.244.1.1, 127.0.0.1", "fd00::1, ::1"})
    void bringsQuestionsToTheAgentAndItsOwnToTheNameServer(String server, String agent)
            throws Exception {
        ipv6();
        String node = node();
        List<String> flags = new ArrayList<>(FLAGS);
        flags.add("--redirect-dns");
        redirect(flags);
        List<Process> running = new ArrayList<>();
        try {
            running.add(answering(pod, 1337, agent, 15053, "the agent"));
            running.add(answering(node, 0, server, 53, "the name server"));

            for (String protocol : List.of("udp", "tcp")) {
                assertThat(ask(0, protocol, server, 40001)).isEqualTo("the agent");
                assertThat(ask(1337, protocol, server, 40002)).isEqualTo("the name server");
            }
            // From a port that the application asked from a moment ago, and the other way round.
            assertThat(ask(1337, "udp", server, 40001)).isEqualTo("the name server");
            assertThat(ask(0, "udp", server, 40002)).isEqualTo("the agent");
        } finally {
            running.forEach(Process::destroyForcibly);
            ip("netns", "del", node);
        }
    }

    @Test
    void leavesNothingOfDnsBehindWhenItIsNoLongerAskedFor() throws Exception {
        redirect(List.of());
        String without = nft.list(Family.IPV4).orElseThrow();
        redirect(List.of("--redirect-dns"));
        assertThat(nft.list(Family.IPV4).orElseThrow())
                .contains("chain outbound_dns", "chain raw_output", "chain raw_prerouting");

        redirect(List.of());

        assertThat(nft.list(Family.IPV4)).contains(without);
    }

    @Test
    void leavesEverythingAsItWasWhenAFlagIsWrong() throws Exception {
        redirect(FLAGS);
        String before = nft.list(Family.IPV4).orElseThrow();

        assertThat(catchThrowable(() -> redirect(List.of("-o", "abc"))))
                .hasMessageContaining("-o: 'abc'");
        assertThat(nft.list(Family.IPV4)).contains(before);
    }

    private void redirect(List<String> flags) throws IOException, InterruptedException {
        Path addresses =
                Files.writeString(temp.resolve("if_inet6"), inPod("cat", "/proc/net/if_inet6"));
        new Redirect(
                        nft,
                        addresses,
                        Files.writeString(
                                temp.resolve("resolv.conf"),
                                "nameserver 10.244.1.1\nnameserver fd00::1\n"),
                        address -> {
                            try {
                                inPod(
                                        "ip",
                                        "-6",
                                        "addr",
                                        "replace",
                                        address.getHostAddress(),
                                        "dev",
                                        "lo");
                            } catch (InterruptedException e) {
                                throw new IOException(e);
                            }
                        },
                        Duration.ZERO)
                .run(flags, Map.of());
    }

    /** Makes the other end of the pod's network a machine of its own, with a name server. */
    private String node() throws IOException, InterruptedException {
        String node = pod + "-node";
        ip("netns", "add", node);
        inPod("ip", "link", "set", "far", "netns", node);
        ip("-n", node, "addr", "add", "10.244.1.1/24", "dev", "far");
        ip("-n", node, "-6", "addr", "add", "fd00::1/64", "dev", "far", "nodad");
        ip("-n", node, "link", "set", "far", "up");
        return node;
    }

    /** Says the same to everybody, over UDP and TCP, until it is destroyed. */
    private static Process answering(
            String namespace, int uid, String address, int port, String words) throws IOException {
        String script =
                """
                import os, select, socket, sys
                uid, host, port, words = sys.argv[1:]
                family = socket.AF_INET6 if ":" in host else socket.AF_INET
                # A socket is of who makes it.
                os.setgid(int(uid)); os.setuid(int(uid))
                udp = socket.socket(family, socket.SOCK_DGRAM)
                udp.bind((host, int(port)))
                tcp = socket.create_server((host, int(port)), family=family)
                print("up", flush=True)
                while True:
                    for ready in select.select([udp, tcp], [], [])[0]:
                        if ready is udp:
                            _, peer = udp.recvfrom(100)
                            udp.sendto(words.encode(), peer)
                        else:
                            peer, _ = tcp.accept()
                            peer.sendall(words.encode())
                            peer.close()
                """;
        Process process =
                new ProcessBuilder(
                                "ip",
                                "netns",
                                "exec",
                                namespace,
                                "python3",
                                "-c",
                                script,
                                Integer.toString(uid),
                                address,
                                Integer.toString(port),
                                words)
                        .redirectErrorStream(true)
                        .start();
        String line = process.inputReader().readLine();
        if (!"up".equals(line)) {
            throw new IOException(line);
        }
        return process;
    }

    /** Asks as somebody, from this port, and returns what was answered. */
    private String ask(int uid, String protocol, String server, int from)
            throws IOException, InterruptedException {
        String script =
                """
                import os, socket, sys
                uid, protocol, host, source = sys.argv[1:]
                os.setgid(int(uid)); os.setuid(int(uid))
                client = socket.socket(
                    socket.AF_INET6 if ":" in host else socket.AF_INET,
                    socket.SOCK_DGRAM if protocol == "udp" else socket.SOCK_STREAM)
                client.settimeout(1)
                client.bind(("", int(source)))
                # Connected: an answer from anybody else would not be taken.
                client.connect((host, 53))
                client.send(b"?")
                try:
                    print(client.recv(100).decode())
                except TimeoutError:
                    print("nobody answers")
                """;
        return inPod(
                        "python3",
                        "-c",
                        script,
                        Integer.toString(uid),
                        protocol,
                        server,
                        Integer.toString(from))
                .strip();
    }

    private void ipv6() throws IOException, InterruptedException {
        inPod("ip", "-6", "addr", "add", "fd00::5/64", "dev", "eth0", "nodad");
        inPod("ip", "-6", "route", "add", "default", "dev", "eth0");
    }

    /** The rules with the kernel's numbers, which are new for each rule that is new. */
    private String handles() throws IOException, InterruptedException {
        return inPod("nft", "-a", "list", "ruleset");
    }

    /**
     * Listens at the proxy's port in the pod, connects as somebody, and says where the connection
     * that came was going to.
     */
    private String connect(int uid, String from, String host, int port, int listen)
            throws IOException, InterruptedException {
        String script =
                """
                import os, socket, struct, sys
                uid, source, host, port, listen = sys.argv[1:]
                v6 = ":" in host
                server = socket.create_server(
                    ("::" if v6 else "0.0.0.0", int(listen)),
                    family=socket.AF_INET6 if v6 else socket.AF_INET)
                server.settimeout(0.4)
                os.setgid(int(uid)); os.setuid(int(uid))
                client = socket.socket(server.family)
                client.setblocking(False)
                if source: client.bind((source, 0))
                client.connect_ex((host, int(port)))
                try:
                    peer, _ = server.accept()
                    raw = peer.getsockopt(41 if v6 else socket.SOL_IP, 80, 28 if v6 else 16)
                    address = socket.inet_ntop(server.family, raw[8:24] if v6 else raw[4:8])
                    print(address + ":" + str(struct.unpack("!H", raw[2:4])[0]))
                except TimeoutError:
                    print("nobody came")
                """;
        return inPod(
                        "python3",
                        "-c",
                        script,
                        Integer.toString(uid),
                        from,
                        host,
                        Integer.toString(port),
                        Integer.toString(listen))
                .strip();
    }

    private String inPod(String... command) throws IOException, InterruptedException {
        List<String> all = new ArrayList<>(List.of("netns", "exec", pod));
        all.addAll(List.of(command));
        return ip(all.toArray(String[]::new));
    }

    private static String ip(String... args) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("ip"));
        command.addAll(List.of(args));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new IOException(String.join(" ", command) + ": " + output);
        }
        return output;
    }
}
