// SPDX-License-Identifier: Apache-2.0
package io.serin.control.serve;

import com.google.protobuf.MessageLite;
import io.micrometer.core.instrument.MeterRegistry;
import io.serin.control.snapshot.Publisher;
import io.serin.control.trust.ServerCertificate;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.Http2Settings;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.net.ServerSSLOptions;
import io.vertx.grpc.common.GrpcHeaderNames;
import io.vertx.grpc.common.GrpcMessageDecoder;
import io.vertx.grpc.common.GrpcMessageEncoder;
import io.vertx.grpc.common.ServiceMethod;
import io.vertx.grpc.common.ServiceName;
import io.vertx.grpc.server.GrpcProtocol;
import io.vertx.grpc.server.GrpcServer;
import io.vertx.grpc.server.GrpcServerOptions;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Serves aggregated discovery: in plaintext to whoever asks, and over TLS to who {@linkplain
 * Secured proves to be the proxy that it says it is}; those can have certificates signed there too.
 * One event loop owns every stream; deploy one instance. Ready once its deployment has succeeded;
 * undeployed, it ends every stream, so that the proxies look for another replica at once.
 */
public final class AdsVerticle extends VerticleBase {

    private static final Logger LOG = LoggerFactory.getLogger(AdsVerticle.class);

    private static final ServiceName SERVICE =
            ServiceName.create("envoy.service.discovery.v3", "AggregatedDiscoveryService");

    /** Room for a proxy that comes back holding tens of thousands of resources, and no more. */
    private static final long MAX_MESSAGE_BYTES = 4 << 20;

    /** A proxy needs one stream; a person with a debugger a few more. */
    private static final int MAX_STREAMS = 16;

    private final AdsSettings settings;
    private final KeepAlive keepAlive;
    private final Publisher publisher;
    private final AdsDesk desk;
    private final CertificateMetrics certificates;
    private final AtomicBoolean toldOfNews = new AtomicBoolean();
    private final Optional<Secured> secured;
    private @Nullable HttpServer plain;
    private @Nullable HttpServer tls;
    private long streams;

    public AdsVerticle(
            AdsSettings settings,
            Optional<Secured> secured,
            Publisher publisher,
            ConnectedProxies proxies,
            MeterRegistry metrics) {
        this(settings, secured, KeepAlive.DEFAULT, publisher, proxies, metrics);
    }

    AdsVerticle(
            AdsSettings settings,
            Optional<Secured> secured,
            KeepAlive keepAlive,
            Publisher publisher,
            ConnectedProxies proxies,
            MeterRegistry metrics) {
        this.settings = settings;
        this.secured = secured;
        this.keepAlive = keepAlive;
        this.publisher = publisher;
        this.desk = new AdsDesk(settings, publisher, proxies, new AdsMetrics(metrics, publisher));
        this.certificates = new CertificateMetrics(metrics);
    }

    /** Where it listens in plaintext, once deployed. */
    public int port() {
        return Objects.requireNonNull(plain).actualPort();
    }

    /** Where it listens over TLS, once deployed. */
    public int securedPort() {
        return Objects.requireNonNull(tls).actualPort();
    }

    /** Connections that are made over TLS from now on see this certificate. Any thread. */
    public Future<?> present(ServerCertificate certificate) {
        HttpServer listening = tls;
        return listening == null
                ? Future.succeededFuture()
                : listening.updateSSLOptions(shown(certificate));
    }

    private static ServerSSLOptions shown(ServerCertificate certificate) {
        return new ServerSSLOptions()
                .setKeyCertOptions(certificate.options())
                .setUseAlpn(true)
                .setApplicationLayerProtocols(List.of("h2"));
    }

    @Override
    public Future<?> start() {
        GrpcServer grpc =
                GrpcServer.server(
                        vertx,
                        new GrpcServerOptions()
                                .removeEnabledProtocol(GrpcProtocol.WEB)
                                .removeEnabledProtocol(GrpcProtocol.WEB_TEXT)
                                .setMaxMessageSize(MAX_MESSAGE_BYTES));
        serve(grpc, AdsProtocol.DELTA);
        serve(grpc, AdsProtocol.SOTW);
        new CertificateDesk(vertx, secured, certificates).serve(grpc);
        publisher.subscribe(_ -> tellOfNews());
        Future<?> plaintext =
                listen(grpc, new HttpServerOptions(), settings.port())
                        .onSuccess(listening -> plain = listening);
        return secured.map(how ->
                        Future.all(
                                plaintext,
                                listen(grpc, tls(how.certificate()), how.port())
                                        .onSuccess(listening -> tls = listening)))
                .<Future<?>>map(both -> both)
                .orElse(plaintext);
    }

    private static HttpServerOptions tls(ServerCertificate certificate) {
        return new HttpServerOptions()
                .setSsl(true)
                .setKeyCertOptions(certificate.options())
                .setUseAlpn(true)
                .setAlpnVersions(List.of(HttpVersion.HTTP_2));
    }

    private Future<HttpServer> listen(GrpcServer grpc, HttpServerOptions options, int port) {
        options.setInitialSettings(new Http2Settings().setMaxConcurrentStreams(MAX_STREAMS));
        return vertx.createHttpServer(keepAlive.apply(options))
                .requestHandler(request -> grpc.handle(named(request)))
                .connectionHandler(keepAlive.asker(vertx))
                .listen(port)
                .onSuccess(listening ->
                        LOG.info(
                                "serving discovery, revision={} port={} tls={}",
                                settings.revision(),
                                listening.actualPort(),
                                options.isSsl()));
    }

    @Override
    public Future<?> stop() {
        desk.shutdown();
        return Future.all(
                Stream.of(plain, tls)
                        .filter(Objects::nonNull)
                        .map(listening -> listening.shutdown(1, TimeUnit.SECONDS))
                        .toList());
    }

    private <Q extends MessageLite, R extends MessageLite> void serve(
            GrpcServer grpc, AdsProtocol<Q, R> protocol) {
        ServiceMethod<Buffer, Buffer> method =
                ServiceMethod.server(
                        SERVICE,
                        protocol.method(),
                        GrpcMessageEncoder.IDENTITY,
                        GrpcMessageDecoder.IDENTITY);
        grpc.callHandler(
                method,
                request -> {
                    streams++;
                    AdsCall<Q, R> call = new AdsCall<>(streams, vertx, desk, protocol, request);
                    secured.filter(_ -> request.connection().isSsl())
                            .ifPresentOrElse(how -> call.start(how.bearers()), call::start);
                });
    }

    /**
     * Gives the encoding a name where the client gave none. Without one the library's deframer
     * throws at a frame that is marked as compressed, which nobody catches, and the stream hangs.
     */
    private static HttpServerRequest named(HttpServerRequest request) {
        if (!request.headers().contains(GrpcHeaderNames.GRPC_ENCODING)) {
            request.headers().set(GrpcHeaderNames.GRPC_ENCODING, "identity");
        }
        return request;
    }

    /**
     * However much is published while the loop is busy, it is told once, and looks at the latest.
     */
    private void tellOfNews() {
        if (toldOfNews.compareAndSet(false, true)) {
            context.runOnContext(_ -> {
                toldOfNews.set(false);
                desk.published();
            });
        }
    }
}
