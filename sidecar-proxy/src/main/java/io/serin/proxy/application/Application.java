// SPDX-License-Identifier: Apache-2.0
package io.serin.proxy.application;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFactory;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import io.serin.api.name.HostPort;
import io.serin.proxy.settings.AppMetrics;
import io.serin.proxy.settings.AppProbe;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import javax.net.ssl.SSLException;

/**
 * Calls the pod's application, from where the redirection leaves calls alone. Any thread may ask.
 */
public final class Application {

    /** What the kubelet reads of a probe's answer. */
    private static final BodyLimit PROBE_BODY = new BodyLimit(10 << 10, true);

    private final Connections connections;

    /**
     * Calls nobody yet.
     *
     * @param pod the pod's own address
     */
    public Application(
            EventLoop loop, ChannelFactory<? extends Channel> channels, InetAddress pod) {
        this.connections = new Connections(loop, channels, pod);
    }

    /**
     * Does what an HTTP probe asks for; redirects are followed as the kubelet would.
     *
     * @param headers what goes along, {@code Host} included
     * @return the answer, with the first 10 KiB of its body; fails with an {@link IOException}
     */
    public CompletableFuture<AppAnswer> http(AppProbe.Http probe, HttpHeaders headers) {
        return address(probe.host())
                .thenCompose(address -> {
                    Redirects.Next first = new Redirects.Next(url(probe, address), headers);
                    long deadline = connections.nanoTime() + probe.timeout().toNanos();
                    return follow(address, first, new Redirects(), deadline);
                });
    }

    private CompletableFuture<AppAnswer> follow(
            InetAddress address, Redirects.Next ask, Redirects redirects, long deadline) {
        Duration left = Duration.ofNanos(deadline - connections.nanoTime());
        return get(address, ask, left, PROBE_BODY)
                .thenCompose(answer -> {
                    try {
                        Optional<Redirects.Next> next = redirects.after(ask, answer);
                        if (next.isEmpty()) {
                            return CompletableFuture.completedFuture(answer);
                        }
                        answer.body().release();
                        return follow(address, next.get(), redirects, deadline);
                    } catch (IOException e) {
                        answer.body().release();
                        return CompletableFuture.failedFuture(e);
                    }
                });
    }

    /** Connects, and no more; fails with an {@link IOException}. */
    public CompletableFuture<Boolean> tcp(AppProbe.Tcp probe) {
        return address(probe.host())
                .thenCompose(address ->
                        connections.call(
                                new InetSocketAddress(address, probe.port()),
                                probe.timeout(),
                                (channel, answer) ->
                                        channel.pipeline().addLast(new Connected(answer))));
    }

    /**
     * Asks for the health of a gRPC service; fails with an {@link IOException} unless it serves.
     */
    public CompletableFuture<Boolean> grpc(AppProbe.Grpc probe) {
        InetAddress pod = connections.pod();
        String authority = new HostPort(pod.getHostAddress(), probe.port()).toString();
        return connections.call(
                new InetSocketAddress(pod, probe.port()),
                probe.timeout(),
                (channel, answer) -> GrpcHealth.ask(channel, authority, probe.service(), answer));
    }

    /**
     * Gets the page of metrics.
     *
     * @param headers what goes along; {@code Host} is added
     * @param mostBytes a larger page is an error
     */
    public CompletableFuture<AppAnswer> metrics(
            AppMetrics page, HttpHeaders headers, int mostBytes, Duration timeout) {
        InetAddress pod = connections.pod();
        headers.set(
                HttpHeaderNames.HOST, new HostPort(pod.getHostAddress(), page.port()).toString());
        return get(
                pod,
                new Redirects.Next(url(false, pod, page.port(), page.path()), headers),
                timeout,
                new BodyLimit(mostBytes, false));
    }

    private CompletableFuture<AppAnswer> get(
            InetAddress address, Redirects.Next ask, Duration timeout, BodyLimit limit) {
        return secured(ask.tls())
                .thenCompose(secure ->
                        connections.call(
                                new InetSocketAddress(address, ask.port()),
                                timeout,
                                (channel, answer) -> {
                                    secure.accept(channel);
                                    channel.pipeline()
                                            .addLast(new HttpClientCodec())
                                            .addLast(
                                                    new HttpExchange(
                                                            ask.path(),
                                                            ask.headers(),
                                                            limit,
                                                            answer));
                                }));
    }

    private static CompletableFuture<Consumer<Channel>> secured(boolean tls) {
        return tls ? Tls.HANDLER : CompletableFuture.completedFuture(channel -> {});
    }

    private static URI url(AppProbe.Http probe, InetAddress address) {
        String host = probe.host();
        return host.isEmpty()
                ? url(probe.tls(), address, probe.port(), probe.path())
                : url(probe.tls(), host, probe.port(), probe.path());
    }

    private static URI url(boolean tls, InetAddress address, int port, String path) {
        return url(tls, address.getHostAddress(), port, path);
    }

    private static URI url(boolean tls, String host, int port, String path) {
        try {
            return new URI((tls ? "https://" : "http://") + new HostPort(host, port) + path);
        } catch (URISyntaxException e) {
            throw new IllegalStateException("a path that was read", e);
        }
    }

    /** The pod's, or that of a host that a probe names. */
    private CompletableFuture<InetAddress> address(String host) {
        CompletableFuture<InetAddress> address = new CompletableFuture<>();
        if (host.isEmpty()) {
            address.complete(connections.pod());
            return address;
        }
        // A look-up blocks, and may block for seconds: it gets a thread of its own.
        Thread.ofPlatform()
                .daemon()
                .name("serin-lookup")
                .start(() -> {
                    try {
                        address.complete(InetAddress.getByName(host));
                    } catch (UnknownHostException e) {
                        address.completeExceptionally(
                                new IOException("the name '" + host + "' is not known", e));
                    }
                });
        return address;
    }

    private static final class Connected extends ChannelInboundHandlerAdapter {

        private final CompletableFuture<Boolean> answer;

        Connected(CompletableFuture<Boolean> answer) {
            this.answer = answer;
        }

        @Override
        public void channelActive(ChannelHandlerContext ctx) {
            answer.complete(true);
        }
    }

    /**
     * Made when it is needed, on a thread of its own: it is large, and takes its time. Nothing
     * outside names its types: the AOT cache would have the JVM look for them at each start.
     */
    private static final class Tls {

        private static final CompletableFuture<Consumer<Channel>> HANDLER =
                CompletableFuture.supplyAsync(
                        Tls::handler,
                        make -> Thread.ofPlatform().daemon().name("serin-tls").start(make));

        private static Consumer<Channel> handler() {
            try {
                // Nobody's certificate is looked at, as the kubelet has it.
                SslContext context =
                        SslContextBuilder.forClient()
                                .trustManager(InsecureTrustManagerFactory.INSTANCE)
                                .endpointIdentificationAlgorithm("")
                                .build();
                return channel -> channel.pipeline().addLast(context.newHandler(channel.alloc()));
            } catch (SSLException e) {
                throw new IllegalStateException("a JVM without TLS", e);
            }
        }
    }
}
