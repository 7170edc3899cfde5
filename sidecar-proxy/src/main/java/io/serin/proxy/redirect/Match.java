// SPDX-License-Identifier: Apache-2.0
package io.serin.proxy.redirect;

import java.util.SortedSet;

/** A condition of a rule on a packet. */
sealed interface Match {

    record InInterface(String name) implements Match {}

    record OutInterface(String name) implements Match {}

    record Source(Cidr range) implements Match {}

    record Destination(Cidr range) implements Match {}

    record NotDestination(Cidr range) implements Match {}

    record Tcp() implements Match {}

    /** TCP to one of these ports. */
    record TcpPort(SortedSet<Integer> ports) implements Match {}

    /** TCP to any port but these. */
    record TcpNotPort(SortedSet<Integer> ports) implements Match {}

    record UdpPort(SortedSet<Integer> ports) implements Match {}

    /** UDP from this port. */
    record UdpSourcePort(int port) implements Match {}

    /** Sent by a process of this user. */
    record User(int uid) implements Match {}

    record NotUser(int uid) implements Match {}

    /** Sent by a process of this group. */
    record Group(int gid) implements Match {}

    record NotGroup(int gid) implements Match {}
}
