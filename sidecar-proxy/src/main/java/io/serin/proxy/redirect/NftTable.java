// SPDX-License-Identifier: Apache-2.0
package io.serin.proxy.redirect;

import io.serin.proxy.redirect.Rule.Chain;
import io.serin.proxy.redirect.Rule.Verdict;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.stream.Collectors;

/**
 * The rules as nftables' text: one table of our own for each family, so that nothing of others is
 * ever touched. Written as {@code nft list table} writes it, so that two texts can be compared.
 */
final class NftTable {

    static final String NAME = "serin_redirect";

    /** Where destinations are translated, in nftables as in iptables. */
    private static final int PRIORITY = -100;

    /** Before connections are tracked, in nftables as in iptables. */
    private static final int RAW_PRIORITY = -300;

    private NftTable() {}

    /** Puts the table in place of what was there under its name, in one transaction. */
    static String replacement(Family family, List<Rule> rules) {
        String name = family.nft() + " " + NAME;
        // Deleting what may not be there fails; naming a table makes sure that it is.
        return "table " + name + "\ndelete table " + name + "\n" + listing(family, rules);
    }

    /** The table as it is listed. */
    static String listing(Family family, List<Rule> rules) {
        StringBuilder text = new StringBuilder();
        text.append("table ").append(family.nft()).append(' ').append(NAME).append(" {\n");
        for (Chain chain : Chain.values()) {
            List<Rule> own = rules.stream().filter(rule -> rule.chain() == chain).toList();
            if (own.isEmpty()) {
                continue;
            }
            text.append("\tchain ").append(chain.nft()).append(" {\n");
            hook(chain).ifPresent(hook -> text.append("\t\t").append(hook).append('\n'));
            own.forEach(rule -> text.append("\t\t").append(line(family, rule)).append('\n'));
            text.append("\t}\n");
        }
        return text.append("}\n").toString();
    }

    private static Optional<String> hook(Chain chain) {
        return switch (chain) {
            case PREROUTING -> Optional.of(hook("nat", "prerouting", PRIORITY));
            case OUTPUT -> Optional.of(hook("nat", "output", PRIORITY));
            case RAW_PREROUTING -> Optional.of(hook("filter", "prerouting", RAW_PRIORITY));
            case RAW_OUTPUT -> Optional.of(hook("filter", "output", RAW_PRIORITY));
            case REDIRECT_OUTBOUND, REDIRECT_INBOUND, INBOUND, OUTBOUND, OUTBOUND_DNS ->
                    Optional.empty();
        };
    }

    private static String hook(String type, String place, int priority) {
        return "type " + type + " hook " + place + " priority " + priority + "; policy accept;";
    }

    private static String line(Family family, Rule rule) {
        List<String> words = new ArrayList<>();
        rule.matches().forEach(match -> words.add(text(family, match)));
        words.add(text(rule.verdict()));
        words.add("comment \"" + rule.why() + "\"");
        return String.join(" ", words);
    }

    private static String text(Family family, Match match) {
        return switch (match) {
            case Match.InInterface(String name) -> "iifname \"" + name + "\"";
            case Match.OutInterface(String name) -> "oifname \"" + name + "\"";
            case Match.Source(Cidr range) -> family.nft() + " saddr " + range;
            case Match.Destination(Cidr range) -> family.nft() + " daddr " + range;
            case Match.NotDestination(Cidr range) -> family.nft() + " daddr != " + range;
            case Match.Tcp() -> "meta l4proto tcp";
            case Match.TcpPort(SortedSet<Integer> ports) -> "tcp dport " + set(ports);
            case Match.TcpNotPort(SortedSet<Integer> ports) -> "tcp dport != " + set(ports);
            case Match.UdpPort(SortedSet<Integer> ports) -> "udp dport " + set(ports);
            case Match.UdpSourcePort(int port) -> "udp sport " + port;
            case Match.User(int uid) -> "meta skuid " + uid;
            case Match.NotUser(int uid) -> "meta skuid != " + uid;
            case Match.Group(int gid) -> "meta skgid " + gid;
            case Match.NotGroup(int gid) -> "meta skgid != " + gid;
        };
    }

    private static String text(Verdict verdict) {
        return switch (verdict) {
            case Verdict.Return() -> "return";
            case Verdict.Jump(Chain to) -> "jump " + to.nft();
            case Verdict.RedirectTo(int port) -> "redirect to :" + port;
            case Verdict.InZone(int zone) -> "ct zone set " + zone + " return";
        };
    }

    private static String set(SortedSet<Integer> ports) {
        return ports.size() == 1
                ? ports.first().toString()
                : ports.stream().map(String::valueOf).collect(Collectors.joining(", ", "{ ", " }"));
    }
}
