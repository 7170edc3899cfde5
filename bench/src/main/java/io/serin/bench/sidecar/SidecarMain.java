// SPDX-License-Identifier: Apache-2.0
package io.serin.bench.sidecar;

import io.netty.channel.Channel;
import io.serin.api.backend.Workload;
import io.serin.api.name.HostPort;
import io.serin.api.name.ProxyId;
import io.serin.api.name.Revision;
import io.serin.api.snapshot.ProxyNode;
import io.serin.proxy.admin.AdminPages;
import io.serin.proxy.main.sidecar.Sidecar;
import io.serin.proxy.settings.AppPages;
import io.serin.proxy.settings.ControlPlaneAuth;
import io.serin.proxy.settings.ProxySettings;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * The whole sidecar, without redirection: a connection to its port at 127.0.0.1 counts as one to
 * the Service that speaks HTTP, at 127.0.0.2 as one to the Service that speaks TCP. One worker.
 * Runs until it is killed.
 *
 * <p>{@code SidecarMain <port> <port of the control plane>}
 */
public final class SidecarMain {

    private SidecarMain() {}

    public static void main(String[] args) {
        Sidecar.start(
                new ProxySettings(
                        new ProxyNode(
                                new ProxyId("127.0.0.1", "bench-1", "shop"),
                                new Revision("bench"),
                                "bench",
                                new Workload("shop", "web", "web", "v1"),
                                Map.of("app", "web", "version", "v1")),
                        new HostPort("127.0.0.1", Integer.parseInt(args[1])),
                        new ControlPlaneAuth.None(),
                        Optional.of("127.0.0.1"),
                        1,
                        Duration.ofSeconds(1),
                        AppPages.NONE),
                new Sidecar.Ports(Integer.parseInt(args[0]), 0, new AdminPages.Ports(0, 0, 0, 0)),
                new Sidecar.Destinations(SidecarMain::service, accepted -> SidecarMesh.HTTP),
                new Sidecar.Events(
                        () -> System.out.println("ready"),
                        cause -> {
                            System.err.println("a port can't be opened: " + cause);
                            System.exit(1);
                        },
                        () -> System.exit(0)),
                Clock.systemUTC(),
                Instant.now());
    }

    private static InetSocketAddress service(Channel accepted) {
        InetAddress local = ((InetSocketAddress) accepted.localAddress()).getAddress();
        byte[] address = local.getAddress();
        return address[address.length - 1] == 1 ? SidecarMesh.HTTP : SidecarMesh.TCP;
    }
}
