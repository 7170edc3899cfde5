// SPDX-License-Identifier: Apache-2.0
package io.serin.proxy.redirect;

import io.serin.api.contract.Ports;
import io.serin.proxy.redirect.Match.Destination;
import io.serin.proxy.redirect.Match.Group;
import io.serin.proxy.redirect.Match.InInterface;
import io.serin.proxy.redirect.Match.NotDestination;
import io.serin.proxy.redirect.Match.NotGroup;
import io.serin.proxy.redirect.Match.NotUser;
import io.serin.proxy.redirect.Match.OutInterface;
import io.serin.proxy.redirect.Match.Source;
import io.serin.proxy.redirect.Match.Tcp;
import io.serin.proxy.redirect.Match.TcpNotPort;
import io.serin.proxy.redirect.Match.TcpPort;
import io.serin.proxy.redirect.Match.UdpPort;
import io.serin.proxy.redirect.Match.UdpSourcePort;
import io.serin.proxy.redirect.Match.User;
import io.serin.proxy.redirect.RedirectSettings.Dns;
import io.serin.proxy.redirect.RedirectSettings.Inbound;
import io.serin.proxy.redirect.RedirectSettings.Ranges;
import io.serin.proxy.redirect.Rule.Chain;
import io.serin.proxy.redirect.Rule.Verdict;
import io.serin.proxy.redirect.Rule.Verdict.InZone;
import io.serin.proxy.redirect.Rule.Verdict.Jump;
import io.serin.proxy.redirect.Rule.Verdict.RedirectTo;
import io.serin.proxy.redirect.Rule.Verdict.Return;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.function.Function;

/**
 * The rules for one family of addresses, in order: what Istio's sidecar has, by meaning. Their
 * order is their meaning; the comment of each says why it stands where it stands.
 */
final class RedirectRules {

    /** Istio's port for tunnelled traffic: whoever calls it means the proxy. */
    private static final int TUNNEL = 15008;

    private static final String LOOPBACK = "lo";

    private static final int DNS = 53;

    /** Where questions are tracked that the proxy sends on. */
    private static final int PROXY_ZONE = 1;

    /** Where questions are tracked that the application asks. */
    private static final int APPLICATION_ZONE = 2;

    private final RedirectSettings settings;
    private final Family family;
    private final List<Rule> rules = new ArrayList<>();

    private RedirectRules(RedirectSettings settings, Family family) {
        this.settings = settings;
        this.family = family;
    }

    static List<Rule> of(RedirectSettings settings, Family family) {
        return new RedirectRules(settings, family).all();
    }

    private List<Rule> all() {
        add(
                Chain.REDIRECT_OUTBOUND,
                new RedirectTo(settings.outboundPort()),
                "to the proxy, outbound",
                new Tcp());
        add(
                Chain.REDIRECT_INBOUND,
                new RedirectTo(settings.inboundPort()),
                "to the proxy, inbound",
                new Tcp());
        virtualInterfaces();
        excludeInterfaces();
        inbound();
        outbound();
        zones();
        return List.copyOf(rules);
    }

    /** Before all that is said of what arrives, for it arrives at the pod from within it. */
    private void virtualInterfaces() {
        for (String name : settings.virtualInterfaces()) {
            switch (settings.outbound().include()) {
                case Ranges.All _ ->
                        add(
                                Chain.PREROUTING,
                                new Jump(Chain.REDIRECT_OUTBOUND),
                                "a virtual machine calls",
                                new InInterface(name));
                case Ranges.Only(List<Cidr> ranges) ->
                        ranges.stream()
                                .filter(this::isOurs)
                                .forEach(range ->
                                        add(
                                                Chain.PREROUTING,
                                                new Jump(Chain.REDIRECT_OUTBOUND),
                                                "a virtual machine calls an included range",
                                                new InInterface(name),
                                                new Destination(range)));
            }
            add(
                    Chain.PREROUTING,
                    new Return(),
                    "a virtual machine sends the rest itself",
                    new InInterface(name));
        }
    }

    private void excludeInterfaces() {
        for (String name : settings.excludedInterfaces()) {
            add(Chain.PREROUTING, new Return(), "excluded interface", new InInterface(name));
            add(Chain.OUTPUT, new Return(), "excluded interface", new OutInterface(name));
        }
    }

    private void inbound() {
        switch (settings.inbound()) {
            case Inbound.AllBut(SortedSet<Integer> excluded) -> {
                enterInbound();
                if (!excluded.isEmpty()) {
                    add(Chain.INBOUND, new Return(), "excluded ports", new TcpPort(excluded));
                }
                add(Chain.INBOUND, new Jump(Chain.REDIRECT_INBOUND), "all other ports", new Tcp());
            }
            case Inbound.Only(SortedSet<Integer> included) -> {
                if (!included.isEmpty()) {
                    enterInbound();
                    add(
                            Chain.INBOUND,
                            new Jump(Chain.REDIRECT_INBOUND),
                            "included ports",
                            new TcpPort(included));
                }
            }
        }
    }

    private void enterInbound() {
        add(Chain.PREROUTING, new Jump(Chain.INBOUND), "what arrives", new Tcp());
        add(
                Chain.INBOUND,
                new Return(),
                "tunnels end at the proxy itself",
                new TcpPort(ports(TUNNEL)));
    }

    private void outbound() {
        RedirectSettings.Outbound wanted = settings.outbound();
        add(Chain.OUTPUT, new Jump(Chain.OUTBOUND), "what the pod sends");
        if (!wanted.excludePorts().isEmpty()) {
            add(Chain.OUTBOUND, new Return(), "excluded ports", new TcpPort(wanted.excludePorts()));
            add(Chain.OUTBOUND, new Return(), "excluded ports", new UdpPort(wanted.excludePorts()));
        }
        // First of all that follows, or what the proxy passes to its application would come back
        // to the proxy for ever.
        add(
                Chain.OUTBOUND,
                new Return(),
                "the proxy calls its application",
                new OutInterface(LOOPBACK),
                new Source(family.inboundSource()));
        // The agent asks a name server in its own pod, which is no business of the inbound side.
        // As in Istio, who is told by the group alone has no such exception.
        SortedSet<Integer> spared = capturesDns() ? ports(DNS, TUNNEL) : ports(TUNNEL);
        settings.uids().forEach(uid -> owner(new User(uid), new NotUser(uid), spared));
        settings.gids().forEach(gid -> owner(new Group(gid), new NotGroup(gid), ports(TUNNEL)));
        dns();
        add(
                Chain.OUTBOUND,
                new Return(),
                "a container calls another of its pod",
                new Destination(family.loopback()));
        wanted.exclude().stream()
                .filter(this::isOurs)
                .forEach(range ->
                        add(
                                Chain.OUTBOUND,
                                new Return(),
                                "excluded range",
                                new Destination(range)));
        if (!wanted.includePorts().isEmpty()) {
            add(
                    Chain.OUTBOUND,
                    new Jump(Chain.REDIRECT_OUTBOUND),
                    "included ports",
                    new TcpPort(wanted.includePorts()));
        }
        switch (wanted.include()) {
            case Ranges.All _ ->
                    add(Chain.OUTBOUND, new Jump(Chain.REDIRECT_OUTBOUND), "everything else");
            case Ranges.Only(List<Cidr> ranges) ->
                    ranges.stream()
                            .filter(this::isOurs)
                            .forEach(range ->
                                    add(
                                            Chain.OUTBOUND,
                                            new Jump(Chain.REDIRECT_OUTBOUND),
                                            "included range",
                                            new Destination(range)));
        }
    }

    /** The three rules for the proxy's own traffic, told by its user or by its group. */
    private void owner(Match proxy, Match other, SortedSet<Integer> spared) {
        // The application called a Service that the proxy balanced back to this very pod: in
        // through the inbound side, as from any other pod.
        add(
                Chain.OUTBOUND,
                new Jump(Chain.REDIRECT_INBOUND),
                "the proxy calls its own pod",
                new OutInterface(LOOPBACK),
                new NotDestination(family.loopback()),
                new TcpNotPort(spared),
                proxy);
        if (!includesLoopback()) {
            List<Match> itself = new ArrayList<>(List.of(new OutInterface(LOOPBACK), other));
            if (capturesDns()) {
                // A name server on loopback is one as well.
                itself.add(new TcpNotPort(ports(DNS)));
            }
            add(Chain.OUTBOUND, new Return(), "the application calls its own pod", itself);
        }
        add(Chain.OUTBOUND, new Return(), "the proxy calls others", proxy);
    }

    private boolean capturesDns() {
        return switch (settings.dns()) {
            case Dns.All() -> true;
            case Dns.Servers(List<Cidr> addresses) -> !addresses.isEmpty();
        };
    }

    /** After all that spares the proxy, which asks the same servers. */
    private void dns() {
        List<List<Match>> asked = nameServers(Destination::new);
        if (asked.isEmpty()) {
            return;
        }
        add(Chain.OUTBOUND, new Jump(Chain.OUTBOUND_DNS), "questions for names");
        for (List<Match> server : asked) {
            for (Match protocol : List.of(new TcpPort(ports(DNS)), new UdpPort(ports(DNS)))) {
                add(
                        Chain.OUTBOUND_DNS,
                        new RedirectTo(Ports.DNS),
                        "the agent answers",
                        server,
                        protocol);
            }
        }
    }

    /**
     * The application and the agent may ask the same server from the same port, one soon after the
     * other. The kernel would take the second question for more of the first, and bring the agent's
     * own to the agent: so the two are tracked apart.
     */
    private void zones() {
        if (!capturesDns()) {
            return;
        }
        settings.uids().forEach(uid -> zones(new User(uid)));
        settings.gids().forEach(gid -> zones(new Group(gid)));
        for (List<Match> server : nameServers(Destination::new)) {
            add(
                    Chain.RAW_OUTPUT,
                    new InZone(APPLICATION_ZONE),
                    "the application asks",
                    server,
                    new UdpPort(ports(DNS)));
        }
        for (List<Match> server : nameServers(Source::new)) {
            add(
                    Chain.RAW_PREROUTING,
                    new InZone(PROXY_ZONE),
                    "a name server answers the agent",
                    server,
                    new UdpSourcePort(DNS));
        }
    }

    private void zones(Match proxy) {
        add(
                Chain.RAW_OUTPUT,
                new InZone(PROXY_ZONE),
                "the agent asks a name server",
                new UdpPort(ports(DNS)),
                proxy);
        add(
                Chain.RAW_OUTPUT,
                new InZone(APPLICATION_ZONE),
                "the agent answers the application",
                new UdpSourcePort(Ports.DNS),
                proxy);
    }

    /** A condition for each name server; where all of them are meant, one that always holds. */
    private List<List<Match>> nameServers(Function<Cidr, Match> condition) {
        return switch (settings.dns()) {
            case Dns.All() -> List.of(List.of());
            case Dns.Servers(List<Cidr> addresses) ->
                    addresses.stream()
                            .filter(this::isOurs)
                            .map(server -> List.of(condition.apply(server)))
                            .toList();
        };
    }

    private static SortedSet<Integer> ports(Integer... ports) {
        return RedirectSettings.sorted(List.of(ports));
    }

    /** Whether somebody asked for loopback traffic by name: a range of everything doesn't. */
    private boolean includesLoopback() {
        return settings.outbound().include() instanceof Ranges.Only(List<Cidr> ranges)
                && ranges.stream()
                        .anyMatch(range -> isOurs(range) && range.first().isLoopbackAddress());
    }

    private boolean isOurs(Cidr range) {
        return range.family() == family;
    }

    private void add(Chain chain, Verdict verdict, String why, Match... matches) {
        add(chain, verdict, why, List.of(), matches);
    }

    private void add(
            Chain chain, Verdict verdict, String why, List<Match> first, Match... further) {
        List<Match> all = new ArrayList<>(first);
        all.addAll(List.of(further));
        rules.add(new Rule(chain, all, verdict, why));
    }
}
