// SPDX-License-Identifier: Apache-2.0
package io.serin.proxy.main.sidecar;

import io.netty.channel.ReflectiveChannelFactory;
import io.serin.api.snapshot.NameTable;
import io.serin.proxy.admin.DnsMetrics;
import io.serin.proxy.admin.MetricSource;
import io.serin.proxy.config.watch.Watch;
import io.serin.proxy.dns.DnsCounts;
import io.serin.proxy.dns.DnsServer;
import io.serin.proxy.dns.Sockets;
import io.serin.proxy.settings.ProxySettings;
import io.serin.proxy.transport.Loops;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.logging.Logger;

/**
 * The agent's name server, put together. Apart from {@link Sidecar}, so that a proxy that answers
 * no questions loads nothing of it.
 */
final class NameService implements AutoCloseable {

    private static final Logger LOG = Logger.getLogger("main");

    private final DnsServer server;
    private final MetricSource metrics;

    private NameService(DnsServer server, MetricSource metrics) {
        this.server = server;
        this.metrics = metrics;
    }

    /** Starts; from now on it answers, and passes all on that it has not been told of. */
    static NameService start(
            ProxySettings settings, int port, Loops loops, Watch<NameTable> names) {
        DnsCounts counts = new DnsCounts();
        DnsServer server =
                DnsServer.listen(
                        new Sockets(
                                loops.group().next(),
                                new ReflectiveChannelFactory<>(loops.datagramChannel()),
                                new ReflectiveChannelFactory<>(loops.serverChannel()),
                                new ReflectiveChannelFactory<>(loops.channel())),
                        addresses(settings.nameServers(), port),
                        new DnsServer.Subject(
                                names,
                                settings.node().id().namespace(),
                                settings.nameServers(),
                                DnsServer.PATIENCE),
                        new SecureRandom(),
                        counts);
        LOG.info(() -> "answers names name_servers=" + settings.nameServers());
        return new NameService(server, new DnsMetrics(counts));
    }

    /** Loopback of IPv4, and of IPv6 where a name server is that questions are redirected from. */
    private static List<InetSocketAddress> addresses(
            List<InetSocketAddress> nameServers, int port) {
        List<InetSocketAddress> addresses = new ArrayList<>();
        addresses.add(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), port));
        if (nameServers.stream().anyMatch(one -> one.getAddress() instanceof Inet6Address)) {
            addresses.add(new InetSocketAddress(InetAddress.ofLiteral("::1"), port));
        }
        return addresses;
    }

    InetSocketAddress address() {
        return server.address();
    }

    MetricSource metrics() {
        return metrics;
    }

    @Override
    public void close() {
        server.close();
    }
}
