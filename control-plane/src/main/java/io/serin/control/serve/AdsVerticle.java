// SPDX-License-Identifier: Apache-2.0
package io.serin.control.serve;

import com.google.protobuf.MessageLite;
import io.micrometer.core.instrument.MeterRegistry;
import io.serin.control.snapshot.Publisher;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.Http2Settings;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.grpc.common.GrpcHeaderNames;
import io.vertx.grpc.common.GrpcMessageDecoder;
import io.vertx.grpc.common.GrpcMessageEncoder;
import io.vertx.grpc.common.ServiceMethod;
import io.vertx.grpc.common.ServiceName;
import io.vertx.grpc.server.GrpcProtocol;
import io.vertx.grpc.server.GrpcServer;
import io.vertx.grpc.server.GrpcServerOptions;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Serves aggregated discovery in plaintext. One event loop owns every stream; deploy one instance.
 * Ready once its deployment has succeeded; undeployed, it ends every stream, so that the proxies
 * look for another replica at once.
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
    private final AtomicBoolean toldOfNews = new AtomicBoolean();
    private @Nullable HttpServer server;
    private long streams;

    public AdsVerticle(
            AdsSettings settings,
            Publisher publisher,
            ConnectedProxies proxies,
            MeterRegistry metrics) {
        this(settings, KeepAlive.DEFAULT, publisher, proxies, metrics);
    }

    AdsVerticle(
            AdsSettings settings,
            KeepAlive keepAlive,
            Publisher publisher,
            ConnectedProxies proxies,
            MeterRegistry metrics) {
        this.settings = settings;
        this.keepAlive = keepAlive;
        this.publisher = publisher;
        this.desk = new AdsDesk(settings, publisher, proxies, new AdsMetrics(metrics, publisher));
    }

    /** Where it listens, once deployed. */
    public int port() {
        HttpServer listening = server;
        return listening == null ? settings.port() : listening.actualPort();
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
        publisher.subscribe(_ -> tellOfNews());
        HttpServerOptions options =
                new HttpServerOptions()
                        .setInitialSettings(
                                new Http2Settings().setMaxConcurrentStreams(MAX_STREAMS));
        return vertx.createHttpServer(keepAlive.apply(options))
                .requestHandler(request -> grpc.handle(named(request)))
                .connectionHandler(keepAlive.asker(vertx))
                .listen(settings.port())
                .onSuccess(listening -> {
                    server = listening;
                    LOG.info(
                            "serving discovery, revision={} port={}",
                            settings.revision(),
                            listening.actualPort());
                });
    }

    @Override
    public Future<?> stop() {
        desk.shutdown();
        HttpServer listening = server;
        return listening == null
                ? Future.succeededFuture()
                : listening.shutdown(1, TimeUnit.SECONDS);
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
                    new AdsCall<>(streams, vertx, desk, protocol, request).start();
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
