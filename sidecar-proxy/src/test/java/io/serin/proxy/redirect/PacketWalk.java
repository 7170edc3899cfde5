// SPDX-License-Identifier: Apache-2.0
package io.serin.proxy.redirect;

import io.serin.proxy.redirect.Rule.Chain;
import io.serin.proxy.redirect.Rule.Verdict;
import java.net.InetAddress;
import java.util.List;
import java.util.Optional;

/** Walks a packet through the rules as the kernel would. */
final class PacketWalk {

    /**
     * A packet that a process of the pod sends, or that arrives at the pod.
     *
     * @param from the port that it comes from
     * @param port the port that it goes to
     */
    record Packet(
            boolean arrives,
            String device,
            String source,
            String destination,
            boolean tcp,
            int from,
            int port,
            int uid,
            int gid) {}

    /** As it is: nobody changed where it goes. */
    static final String UNTOUCHED = "untouched";

    private final List<Rule> rules;

    PacketWalk(List<Rule> rules) {
        this.rules = rules;
    }

    /** The port that the packet is redirected to, or {@link #UNTOUCHED}. */
    String walk(Packet packet) {
        return walk(packet, packet.arrives ? Chain.PREROUTING : Chain.OUTPUT, 0).orElse(UNTOUCHED);
    }

    /** The zone that the packet's connection is tracked in, or {@link #UNTOUCHED}. */
    String zone(Packet packet) {
        return walk(packet, packet.arrives ? Chain.RAW_PREROUTING : Chain.RAW_OUTPUT, 0)
                .orElse(UNTOUCHED);
    }

    private Optional<String> walk(Packet packet, Chain chain, int depth) {
        if (depth > Chain.values().length) {
            throw new IllegalStateException("chains that jump in a circle");
        }
        for (Rule rule : rules) {
            if (rule.chain() != chain || !rule.matches().stream().allMatch(m -> holds(m, packet))) {
                continue;
            }
            switch (rule.verdict()) {
                case Verdict.Return() -> {
                    return Optional.empty();
                }
                case Verdict.Jump(Chain to) -> {
                    Optional<String> end = walk(packet, to, depth + 1);
                    if (end.isPresent()) {
                        return end;
                    }
                }
                case Verdict.RedirectTo(int port) -> {
                    return Optional.of(Integer.toString(port));
                }
                case Verdict.InZone(int zone) -> {
                    return Optional.of(Integer.toString(zone));
                }
            }
        }
        return Optional.empty();
    }

    private static boolean holds(Match match, Packet packet) {
        return switch (match) {
            case Match.InInterface in -> packet.arrives && packet.device.equals(in.name());
            case Match.OutInterface out -> !packet.arrives && packet.device.equals(out.name());
            case Match.Source from -> from.range().contains(address(packet.source));
            case Match.Destination to -> to.range().contains(address(packet.destination));
            case Match.NotDestination to -> !to.range().contains(address(packet.destination));
            case Match.Tcp _ -> packet.tcp;
            case Match.TcpPort to -> packet.tcp && to.ports().contains(packet.port);
            case Match.TcpNotPort to -> packet.tcp && !to.ports().contains(packet.port);
            case Match.UdpPort to -> !packet.tcp && to.ports().contains(packet.port);
            case Match.UdpSourcePort by -> !packet.tcp && by.port() == packet.from;
            case Match.User by -> !packet.arrives && by.uid() == packet.uid;
            case Match.NotUser by -> !packet.arrives && by.uid() != packet.uid;
            case Match.Group by -> !packet.arrives && by.gid() == packet.gid;
            case Match.NotGroup by -> !packet.arrives && by.gid() != packet.gid;
        };
    }

    private static InetAddress address(String literal) {
        return InetAddress.ofLiteral(literal);
    }
}
