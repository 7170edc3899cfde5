// SPDX-License-Identifier: Apache-2.0
package io.serin.proxy.redirect;

import static org.assertj.core.api.Assertions.assertThat;

import io.serin.proxy.redirect.PacketWalk.Packet;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Our rules do with every packet what Istio's do: for sets of flags like those that Istio's own
 * tests have, and packets of all kinds, both are walked. Istio's are written out here as its
 * istio-iptables adds them.
 */
class AsIstioTest {

    /** Always given, for without them Istio redirects nothing. */
    private static final String ALL = "-i * -b *";

    private static final List<String> NAME_SERVERS =
            List.of("10.96.0.10", "127.0.0.2", "fd00:96::a");

    /** From which port to which. */
    private static final List<int[]> PORTS =
            List.of(
                    new int[] {40000, 53},
                    new int[] {40000, 443},
                    new int[] {40000, 3306},
                    new int[] {40000, 9080},
                    new int[] {40000, 15008},
                    new int[] {40000, 15020},
                    new int[] {40000, 15021},
                    new int[] {53, 40000},
                    new int[] {15053, 40000});

    static Stream<String> flags() {
        return Stream.of(
                "-i '' -b ''",
                "-i '' -b '' -c net1",
                "-i '' -b 9080,8080",
                "-i '' -b *",
                "-i '' -b * -d 15090,15021,15020",
                "-i '' -b * -d 15090,15021,15020,9080",
                "-i '' -b 15021 -d 15021",
                "-i 10.96.0.0/16 -b ''",
                "-i 10.96.0.0/16,1.1.1.1 -x 10.96.0.8/29 -b ''",
                "-i 10.0.0.0/8 -b '' -k virt0,net1",
                "-i '' -b 9080,8080 -k virt0,net1",
                "-i * -b * -k virt0",
                "-i * -b * -k virt0 -c net1",
                "-i 127.0.0.2/32 -b '' -u 3,4 -g 1,2",
                "-i '' -b '' -q 9080,443",
                "-i '' -b '' -q 9080 -x 10.96.0.0/16",
                "-i * -b '' -o 3306,53",
                "-i * -b '' -o 3306",
                "-i * -b '' -o 443 -q 443",
                "-i '' -b '' -u 3,4 -g 1,2",
                "-i * -b * -u 3,4 -g 1,2",
                "-i * -b * -u 1337 -g 1000",
                "-i * -b * -p 1 -z 2",
                "-i 0.0.0.0/0,::/0 -b *",
                "-i fd00:96::/32 -b *",
                "-i fd00:96::/32,10.96.0.0/16 -x fd00:96::a,10.96.0.10 -b 9080 -q 443 -o 3306",
                "-i ::1 -b *",
                "-i * -x 10.0.0.0/8,fd00:96::/32 -b * -d 15090,15021,15020",
                ALL,
                ALL + " -c net1,virt0 -o 53 -d 15090,15021,15020",
                ALL + " --redirect-dns=true",
                ALL + " --redirect-dns=true --capture-all-dns=true",
                ALL + " --redirect-dns=true -u 3,4 -g 1,2",
                ALL + " --redirect-dns=true -o 53",
                ALL + " --redirect-dns=true -c net1 -k virt0 -x 10.96.0.0/16",
                "-i 10.0.0.0/8 -b 9080 --redirect-dns=true",
                "-i 127.0.0.2/32 -b '' --redirect-dns=true -u 3,4 -g 1,2",
                "-i '' -b '' --redirect-dns=true --capture-all-dns=true");
    }

    @ParameterizedTest
    @MethodSource("flags")
    void sendsPacketsTheSameWay(String flags) {
        List<String> args =
                Stream.of(flags.split(" ", -1)).map(arg -> arg.equals("''") ? "" : arg).toList();
        RedirectSettings settings =
                RedirectFlags.parse(
                        args, Map.of(), NAME_SERVERS.stream().map(InetAddress::ofLiteral).toList());

        for (Family family : Family.values()) {
            PacketWalk ours = new PacketWalk(RedirectRules.of(settings, family));
            IptablesWalk theirs = new IptablesWalk(nat(args, family));
            IptablesWalk theirZones = new IptablesWalk(raw(args, family));
            for (Packet packet : packets(family)) {
                assertThat(ours.walk(packet))
                        .as("%s %s %s", flags, family, packet)
                        .isEqualTo(theirs.walk(packet));
                assertThat(ours.zone(packet))
                        .as("%s %s zone of %s", flags, family, packet)
                        .isEqualTo(theirZones.walk(packet));
            }
        }
    }

    private static List<Packet> packets(Family family) {
        boolean v4 = family == Family.IPV4;
        String pod = v4 ? "10.244.1.5" : "fd00::5";
        List<String> sources =
                v4
                        ? List.of(pod, "127.0.0.1", "127.0.0.6", "10.0.2.2")
                        : List.of(pod, "::1", "::6", "fd00:2::2");
        List<String> destinations =
                v4
                        ? List.of(
                                pod, "127.0.0.1", "127.0.0.2", "10.96.0.10", "10.96.9.9", "1.1.1.1")
                        : List.of(pod, "::1", "fd00:96::a", "fd00:96::b", "2001:db8::1");
        List<Packet> packets = new ArrayList<>();
        for (String device : List.of("lo", "eth0", "net1", "virt0")) {
            for (String source : sources) {
                for (String destination : destinations) {
                    for (int[] ports : PORTS) {
                        for (boolean tcp : new boolean[] {true, false}) {
                            packets.add(
                                    new Packet(
                                            true,
                                            device,
                                            source,
                                            destination,
                                            tcp,
                                            ports[0],
                                            ports[1],
                                            -1,
                                            -1));
                            for (int uid : new int[] {0, 3, 1337}) {
                                for (int gid : new int[] {1, 1000, 1337}) {
                                    packets.add(
                                            new Packet(
                                                    false,
                                                    device,
                                                    source,
                                                    destination,
                                                    tcp,
                                                    ports[0],
                                                    ports[1],
                                                    uid,
                                                    gid));
                                }
                            }
                        }
                    }
                }
            }
        }
        return packets;
    }

    /** The table nat of one family, rule by rule in the order in which Istio adds them. */
    private static List<String> nat(List<String> args, Family family) {
        Map<String, String> flags = flags(args);
        boolean dns = flags.containsKey("--redirect-dns");
        boolean v4 = family == Family.IPV4;
        String self = v4 ? "127.0.0.1/32" : "::1/128";
        String inbound = flags.getOrDefault("-b", "");
        String include = flags.getOrDefault("-i", "");
        List<String> ranges = include.equals("*") ? List.of() : ranges(include, v4);
        List<String> virtual = split(flags.getOrDefault("-k", ""));
        List<String> rules = new ArrayList<>();

        for (String nic : split(flags.getOrDefault("-c", ""))) {
            rules.add("-A PREROUTING -i " + nic + " -j RETURN");
            rules.add("-A OUTPUT -o " + nic + " -j RETURN");
        }
        virtual.forEach(nic -> rules.add("-I PREROUTING 1 -i " + nic + " -j RETURN"));
        rules.add("-A ISTIO_INBOUND -p tcp --dport 15008 -j RETURN");
        rules.add(
                "-A ISTIO_REDIRECT -p tcp -j REDIRECT --to-ports "
                        + flags.getOrDefault("-p", "15001"));
        rules.add(
                "-A ISTIO_IN_REDIRECT -p tcp -j REDIRECT --to-ports "
                        + flags.getOrDefault("-z", "15006"));
        if (!inbound.isEmpty()) {
            rules.add("-A PREROUTING -p tcp -j ISTIO_INBOUND");
        }
        if (inbound.equals("*")) {
            for (String port : split(flags.getOrDefault("-d", ""))) {
                rules.add("-A ISTIO_INBOUND -p tcp --dport " + port + " -j RETURN");
            }
            rules.add("-A ISTIO_INBOUND -p tcp -j ISTIO_IN_REDIRECT");
        } else {
            for (String port : split(inbound)) {
                rules.add("-A ISTIO_INBOUND -p tcp --dport " + port + " -j ISTIO_IN_REDIRECT");
            }
        }
        rules.add("-A OUTPUT -j ISTIO_OUTPUT");
        for (String port : split(flags.getOrDefault("-o", ""))) {
            rules.add("-A ISTIO_OUTPUT -p tcp --dport " + port + " -j RETURN");
            rules.add("-A ISTIO_OUTPUT -p udp --dport " + port + " -j RETURN");
        }
        rules.add("-A ISTIO_OUTPUT -o lo -s " + (v4 ? "127.0.0.6/32" : "::6/128") + " -j RETURN");
        boolean loopback = ranges.stream().anyMatch(range -> range.matches("127\\..*|::1(/.*)?"));
        String uids = flags.getOrDefault("-u", "1337");
        for (String uid : split(uids)) {
            owner(rules, self, loopback, "--uid-owner " + uid, dns, dns);
        }
        for (String gid : split(flags.getOrDefault("-g", uids))) {
            owner(rules, self, loopback, "--gid-owner " + gid, false, dns);
        }
        for (String server : nameServers(flags, v4)) {
            rules.add("-A ISTIO_OUTPUT -j ISTIO_OUTPUT_DNS");
            for (String protocol : List.of("tcp", "udp")) {
                rules.add(
                        "-A ISTIO_OUTPUT_DNS -p "
                                + protocol
                                + " --dport 53"
                                + (server.isEmpty() ? "" : " -d " + server)
                                + " -j REDIRECT --to-ports 15053");
            }
        }
        rules.add("-A ISTIO_OUTPUT -d " + self + " -j RETURN");
        for (String range : ranges(flags.getOrDefault("-x", ""), v4)) {
            rules.add("-A ISTIO_OUTPUT -d " + range + " -j RETURN");
        }
        for (String port : split(flags.getOrDefault("-q", ""))) {
            rules.add("-A ISTIO_OUTPUT -p tcp --dport " + port + " -j ISTIO_REDIRECT");
        }
        if (include.equals("*")) {
            rules.add("-A ISTIO_OUTPUT -j ISTIO_REDIRECT");
            virtual.forEach(nic -> rules.add("-I PREROUTING 1 -i " + nic + " -j ISTIO_REDIRECT"));
        }
        for (String range : ranges) {
            virtual.forEach(nic ->
                    rules.add("-I PREROUTING 1 -i " + nic + " -d " + range + " -j ISTIO_REDIRECT"));
            rules.add("-A ISTIO_OUTPUT -d " + range + " -j ISTIO_REDIRECT");
        }
        return rules;
    }

    /** The table raw of one family. */
    private static List<String> raw(List<String> args, Family family) {
        Map<String, String> flags = flags(args);
        List<String> rules = new ArrayList<>();
        if (!flags.containsKey("--redirect-dns")) {
            return rules;
        }
        rules.add("-A OUTPUT -j ISTIO_OUTPUT_DNS");
        List<String> owners = new ArrayList<>();
        String uids = flags.getOrDefault("-u", "1337");
        split(uids).forEach(uid -> owners.add("--uid-owner " + uid));
        split(flags.getOrDefault("-g", uids)).forEach(gid -> owners.add("--gid-owner " + gid));
        for (String owner : owners) {
            rules.add(
                    "-A ISTIO_OUTPUT_DNS -p udp --dport 53 -m owner " + owner + " -j CT --zone 1");
            rules.add(
                    "-A ISTIO_OUTPUT_DNS -p udp --sport 15053 -m owner "
                            + owner
                            + " -j CT --zone 2");
        }
        rules.add("-A PREROUTING -j ISTIO_INBOUND");
        for (String server : nameServers(flags, family == Family.IPV4)) {
            String to = server.isEmpty() ? "" : " -d " + server;
            String from = server.isEmpty() ? "" : " -s " + server;
            rules.add("-A ISTIO_OUTPUT_DNS -p udp --dport 53" + to + " -j CT --zone 2");
            rules.add("-A ISTIO_INBOUND -p udp --sport 53" + from + " -j CT --zone 1");
        }
        return rules;
    }

    /** Those that are meant; an empty one where all are, none where none is. */
    private static List<String> nameServers(Map<String, String> flags, boolean v4) {
        if (flags.containsKey("--capture-all-dns")) {
            return List.of("");
        }
        return flags.containsKey("--redirect-dns")
                ? ranges(String.join(",", NAME_SERVERS), v4)
                : List.of();
    }

    private static Map<String, String> flags(List<String> args) {
        Map<String, String> flags = new HashMap<>();
        for (int i = 0; i < args.size(); i++) {
            int sign = args.get(i).indexOf("=");
            if (sign > 0) {
                flags.put(args.get(i).substring(0, sign), args.get(i).substring(sign + 1));
            } else {
                flags.put(args.get(i), args.get(i + 1));
                i++;
            }
        }
        return flags;
    }

    private static void owner(
            List<String> rules,
            String self,
            boolean loopback,
            String owner,
            boolean sparesDns,
            boolean dns) {
        rules.add(
                "-A ISTIO_OUTPUT -o lo ! -d "
                        + self
                        + " -p tcp "
                        + (sparesDns ? "-m multiport ! --dports 53,15008" : "! --dport 15008")
                        + " -m owner "
                        + owner
                        + " -j ISTIO_IN_REDIRECT");
        if (!loopback) {
            rules.add(
                    "-A ISTIO_OUTPUT -o lo "
                            + (dns ? "-p tcp ! --dport 53 " : "")
                            + "-m owner ! "
                            + owner
                            + " -j RETURN");
        }
        rules.add("-A ISTIO_OUTPUT -m owner " + owner + " -j RETURN");
    }

    private static List<String> ranges(String text, boolean v4) {
        return split(text).stream().filter(range -> range.contains(":") != v4).toList();
    }

    private static List<String> split(String text) {
        return text.isEmpty() ? List.of() : List.of(text.split(",", -1));
    }
}
