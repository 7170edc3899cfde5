// SPDX-License-Identifier: Apache-2.0
package io.serin.proxy.inbound;

import io.netty.channel.Channel;
import io.serin.api.backend.Workload;
import io.serin.api.contract.Objects;
import io.serin.api.name.SpiffeId;
import io.serin.api.snapshot.Listener;
import io.serin.proxy.http.Head;
import io.serin.proxy.pool.UpstreamHost;
import io.serin.proxy.pool.Upstreams;
import io.serin.proxy.stack.Dial;
import io.serin.proxy.stack.Dispatch;
import io.serin.proxy.stack.Dispatcher;
import io.serin.proxy.stack.LoopScope;
import io.serin.proxy.stack.Opaque;
import io.serin.proxy.stack.SingleEndpoint;
import io.serin.proxy.stack.Upstream;
import io.serin.proxy.telemetry.Labels;
import io.serin.proxy.telemetry.Meter;
import io.serin.proxy.tls.MeshTls;
import io.serin.proxy.transport.Loops;
import java.net.Inet6Address;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** What one event loop holds of the inbound direction: connections to the application. */
final class InboundLoop {

    /** Below what servers wait for the next request. */
    private static final Duration IDLE = Duration.ofSeconds(3);

    private static final Duration CONNECT = Duration.ofSeconds(1);

    private final LoopScope scope;
    private final Upstreams<Upstream> application;
    private final Workload self;

    /** An application's port, as one peer knows it: who called is counted apart. */
    private record Port(InetSocketAddress address, String service, Optional<SpiffeId> peer) {}

    InboundLoop(LoopScope scope, Loops loops, Workload self) {
        this.scope = scope;
        this.self = self;
        this.application = new Upstreams<>(scope.loop(), loops, IDLE);
        var _ =
                scope.loop()
                        .scheduleWithFixedDelay(
                                application::forgetUnused, 30, 30, TimeUnit.SECONDS);
    }

    LoopScope scope() {
        return scope;
    }

    /**
     * All requests go to the application.
     *
     * @param client who asks; its TLS handshake, if any, is done
     */
    Dispatcher dispatcher(
            Channel client, InetSocketAddress destination, Listener.Inbound.Port port) {
        Optional<SpiffeId> peer = MeshTls.peer(client);
        return new Dispatcher() {
            @Override
            public Dispatch dispatch(Head request) {
                return new Dispatch.Send(
                        new SingleEndpoint(host(destination, port.service(), peer)), 0);
            }

            @Override
            public Meter unread() {
                return host(destination, port.service(), peer).meter();
            }
        };
    }

    Opaque opaque(Channel client, InetSocketAddress destination, String service) {
        return loop ->
                Dial.first(
                        loop, new SingleEndpoint(host(destination, service, MeshTls.peer(client))));
    }

    private UpstreamHost<Upstream> host(
            InetSocketAddress destination, String service, Optional<SpiffeId> peer) {
        return application.host(
                new Port(destination, service, peer),
                destination,
                destination.getAddress() instanceof Inet6Address
                        ? Objects.INBOUND_SOURCE_IPV6
                        : Objects.INBOUND_SOURCE,
                CONNECT,
                Optional::empty,
                () ->
                        scope.meter()
                                .of(
                                        new Labels(
                                                Labels.Reporter.DESTINATION,
                                                Workload.NOT_KNOWN,
                                                self,
                                                service,
                                                peer)));
    }
}
