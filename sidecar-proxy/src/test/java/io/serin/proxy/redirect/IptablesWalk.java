// SPDX-License-Identifier: Apache-2.0
package io.serin.proxy.redirect;

import io.serin.proxy.redirect.PacketWalk.Packet;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/** Walks a packet through rules of one table as one writes them for iptables: nat, or raw. */
final class IptablesWalk {

    private record Line(Predicate<Packet> matches, String target, String argument) {}

    private final Map<String, List<Line>> chains = new HashMap<>();

    /**
     * Reads rules.
     *
     * @param rules {@code -A CHAIN ...} and {@code -I CHAIN 1 ...}, in the order in which they are
     *     added
     */
    IptablesWalk(List<String> rules) {
        for (String rule : rules) {
            List<String> words = List.of(rule.split(" ", -1));
            boolean first = words.getFirst().equals("-I");
            List<Line> chain = chains.computeIfAbsent(words.get(1), _ -> new ArrayList<>());
            chain.add(first ? 0 : chain.size(), line(words.subList(first ? 3 : 2, words.size())));
        }
    }

    /** As {@link PacketWalk#walk}. */
    String walk(Packet packet) {
        return walk(packet, packet.arrives() ? "PREROUTING" : "OUTPUT")
                .orElse(PacketWalk.UNTOUCHED);
    }

    private Optional<String> walk(Packet packet, String chain) {
        for (Line line : chains.getOrDefault(chain, List.of())) {
            if (!line.matches.test(packet)) {
                continue;
            }
            if (line.target.equals("RETURN")) {
                return Optional.empty();
            }
            // Of several zones the first counts: once there is one, xt_CT leaves a packet alone.
            if (line.target.equals("REDIRECT") || line.target.equals("CT")) {
                return Optional.of(line.argument);
            }
            Optional<String> end = walk(packet, line.target);
            if (end.isPresent()) {
                return end;
            }
        }
        return Optional.empty();
    }

    private static Line line(List<String> words) {
        Predicate<Packet> all = _ -> true;
        String target = "";
        String argument = "";
        boolean not = false;
        Iterator<String> rest = words.iterator();
        while (rest.hasNext()) {
            String flag = rest.next();
            if (flag.equals("!")) {
                not = true;
                continue;
            }
            String value = rest.next();
            switch (flag) {
                case "-j" -> target = value;
                case "--to-ports", "--zone" -> argument = value;
                case "-m" -> {}
                default -> {
                    Predicate<Packet> match = match(flag, value);
                    all = all.and(not ? match.negate() : match);
                }
            }
            not = false;
        }
        return new Line(all, target, argument);
    }

    private static Predicate<Packet> match(String flag, String value) {
        return switch (flag) {
            case "-i", "-o" -> packet -> packet.device().equals(value);
            case "-p" -> packet -> packet.tcp() == value.equals("tcp");
            case "--sport" -> packet -> packet.from() == Integer.parseInt(value);
            case "--dport" -> packet -> packet.port() == Integer.parseInt(value);
            case "--dports" ->
                    packet ->
                            List.of(value.split(",", -1)).contains(Integer.toString(packet.port()));
            case "--uid-owner" -> packet -> packet.uid() == Integer.parseInt(value);
            case "--gid-owner" -> packet -> packet.gid() == Integer.parseInt(value);
            case "-s", "-d" -> {
                Cidr range = Cidr.parse(value);
                yield packet ->
                        range.contains(
                                InetAddress.ofLiteral(
                                        flag.equals("-s")
                                                ? packet.source()
                                                : packet.destination()));
            }
            default -> throw new IllegalArgumentException(flag);
        };
    }
}
