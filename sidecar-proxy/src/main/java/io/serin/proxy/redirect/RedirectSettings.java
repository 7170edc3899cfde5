// SPDX-License-Identifier: Apache-2.0
package io.serin.proxy.redirect;

import io.serin.api.contract.Objects;
import io.serin.api.contract.Ports;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * What is redirected, and what is not.
 *
 * @param outboundPort where the proxy takes what the pod sends
 * @param inboundPort where the proxy takes what arrives at the pod
 * @param uids users whose traffic is left alone: the proxy's
 * @param gids groups whose traffic is left alone: the proxy's
 * @param inbound which ports are redirected inbound
 * @param outbound which destinations are redirected outbound
 * @param dns which questions for names are redirected
 * @param excludedInterfaces interfaces whose traffic is left alone
 * @param virtualInterfaces interfaces that virtual machines in the pod send on: what comes in there
 *     counts as outbound
 */
record RedirectSettings(
        int outboundPort,
        int inboundPort,
        SortedSet<Integer> uids,
        SortedSet<Integer> gids,
        Inbound inbound,
        Outbound outbound,
        Dns dns,
        List<String> excludedInterfaces,
        List<String> virtualInterfaces) {

    static final RedirectSettings DEFAULT =
            new RedirectSettings(
                    Ports.OUTBOUND,
                    Ports.INBOUND,
                    sorted(List.of(Objects.PROXY_UID)),
                    sorted(List.of(Objects.PROXY_UID)),
                    new Inbound.AllBut(new TreeSet<>()),
                    new Outbound(new Ranges.All(), List.of(), new TreeSet<>(), new TreeSet<>()),
                    new Dns.Servers(List.of()),
                    List.of(),
                    List.of());

    RedirectSettings {
        excludedInterfaces = List.copyOf(excludedInterfaces);
        virtualInterfaces = List.copyOf(virtualInterfaces);
    }

    /** Ports of the pod. */
    sealed interface Inbound {

        /** All, apart from these. */
        record AllBut(SortedSet<Integer> ports) implements Inbound {}

        /** These; none where it is empty. */
        record Only(SortedSet<Integer> ports) implements Inbound {}
    }

    /**
     * Destinations of what the pod sends.
     *
     * @param include where what is redirected goes to
     * @param exclude where what is left alone goes to
     * @param includePorts redirected wherever else it goes to
     * @param excludePorts left alone wherever it goes to
     */
    record Outbound(
            Ranges include,
            List<Cidr> exclude,
            SortedSet<Integer> includePorts,
            SortedSet<Integer> excludePorts) {
        Outbound {
            exclude = List.copyOf(exclude);
        }
    }

    /** Name servers whose questions the proxy's agent answers instead. */
    sealed interface Dns {

        /** Whoever is asked. */
        record All() implements Dns {}

        /** These; none where it is empty. */
        record Servers(List<Cidr> addresses) implements Dns {
            public Servers {
                addresses = List.copyOf(addresses);
            }
        }
    }

    /** Addresses. */
    sealed interface Ranges {

        record All() implements Ranges {}

        /** These; none where it is empty. */
        record Only(List<Cidr> ranges) implements Ranges {
            public Only {
                ranges = List.copyOf(ranges);
            }
        }
    }

    static SortedSet<Integer> sorted(List<Integer> numbers) {
        return new TreeSet<>(numbers);
    }
}
