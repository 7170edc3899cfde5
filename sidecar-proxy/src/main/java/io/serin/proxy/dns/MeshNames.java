// SPDX-License-Identifier: Apache-2.0
package io.serin.proxy.dns;

import io.serin.api.name.ServiceName;
import io.serin.api.snapshot.NameTable;
import io.serin.proxy.dns.Received.Question;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The names that are answered for, as the pod's applications may write them: in full, or as much of
 * it as tells it apart seen from the pod's namespace. Immutable.
 *
 * <p>Resolvers put search domains to a name themselves, and ask once for each; so most questions
 * are for full names, and some for names that nobody has, which are for others to deny.
 *
 * @param namespace the pod's
 */
record MeshNames(NameTable table, String namespace) {

    /**
     * The addresses that a question asks for; none for a name that has only others, and empty for
     * what is not ours to answer.
     */
    Optional<List<InetAddress>> find(Question question) {
        boolean v4 = question.type() == Message.A;
        if (question.dnsClass() != Message.INTERNET || (!v4 && question.type() != Message.AAAA)) {
            return Optional.empty();
        }
        return written(question.name())
                .map(table.hosts()::get)
                .filter(addresses -> addresses != null)
                .findFirst()
                .map(addresses ->
                        addresses.stream()
                                .filter(address -> address instanceof Inet4Address == v4)
                                .toList());
    }

    /** Istio's forms: the host, host.namespace.svc, host.namespace, and host in the pod's own. */
    private Stream<String> written(String name) {
        return Stream.of(
                name,
                name + ".cluster.local",
                name + "." + ServiceName.DOMAIN,
                name + "." + namespace + "." + ServiceName.DOMAIN);
    }
}
