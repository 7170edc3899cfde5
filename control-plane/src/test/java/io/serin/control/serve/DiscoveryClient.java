// SPDX-License-Identifier: Apache-2.0
package io.serin.control.serve;

import static java.util.Objects.requireNonNull;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageLite;
import com.google.protobuf.Parser;
import io.serin.api.codec.NodeCodec;
import io.serin.api.codec.TypeUrl;
import io.serin.api.snapshot.ProxyNode;
import io.serin.api.xds.CertificateXds.IstioCertificateRequest;
import io.serin.api.xds.CertificateXds.IstioCertificateResponse;
import io.serin.api.xds.DeltaDiscoveryRequest;
import io.serin.api.xds.DeltaDiscoveryResponse;
import io.serin.api.xds.DiscoveryRequest;
import io.serin.api.xds.DiscoveryResponse;
import io.serin.api.xds.Node;
import io.serin.api.xds.Status;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.net.PemTrustOptions;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A client that says exactly what the test tells it to, in gRPC frames of its own making: as right
 * or as wrong as the test needs.
 */
final class DiscoveryClient<Q extends MessageLite, R extends MessageLite> implements AutoCloseable {

    private static final String DISCOVERY =
            "/envoy.service.discovery.v3.AggregatedDiscoveryService/";
    private static final String CERTIFICATES =
            "/istio.v1.auth.IstioCertificateService/CreateCertificate";

    private final HttpClient client;
    private final Parser<R> parser;
    private final HttpClientRequest request;
    private final BlockingQueue<R> responses = new LinkedBlockingQueue<>();
    private final CompletableFuture<String> end = new CompletableFuture<>();
    private Buffer received = Buffer.buffer();

    private DiscoveryClient(Vertx vertx, int port, String path, Parser<R> parser) {
        this(
                vertx,
                new HttpClientOptions().setHttp2ClearTextUpgrade(false),
                port,
                Map.of(),
                path,
                parser);
    }

    private DiscoveryClient(
            Vertx vertx,
            HttpClientOptions options,
            int port,
            Map<String, String> headers,
            String path,
            Parser<R> parser) {
        this.parser = parser;
        this.client = vertx.createHttpClient(options.setProtocolVersion(HttpVersion.HTTP_2));
        this.request = await(client.request(HttpMethod.POST, port, "localhost", path));
        headers.forEach(request::putHeader);
        request.putHeader("content-type", "application/grpc").putHeader("te", "trailers");
        request.setChunked(true);
        request.exceptionHandler(fault -> end.complete("failed: " + fault.getMessage()));
        request.response().onSuccess(this::read).onFailure(this::failed);
    }

    static DiscoveryClient<DeltaDiscoveryRequest, DeltaDiscoveryResponse> delta(
            Vertx vertx, int port) {
        return method(vertx, port, "DeltaAggregatedResources");
    }

    /** Over TLS, trusting these authorities alone, in PEM. */
    static DiscoveryClient<DeltaDiscoveryRequest, DeltaDiscoveryResponse> secured(
            Vertx vertx, int port, String authorities, Map<String, String> headers) {
        return new DiscoveryClient<>(
                vertx,
                trusting(authorities),
                port,
                headers,
                DISCOVERY + "DeltaAggregatedResources",
                DeltaDiscoveryResponse.parser());
    }

    private static HttpClientOptions trusting(String authorities) {
        return new HttpClientOptions()
                .setSsl(true)
                .setUseAlpn(true)
                .setTrustOptions(new PemTrustOptions().addCertValue(Buffer.buffer(authorities)));
    }

    /** Asks for a certificate, over TLS. */
    static DiscoveryClient<IstioCertificateRequest, IstioCertificateResponse> certificates(
            Vertx vertx, int port, String authorities, Map<String, String> headers) {
        return new DiscoveryClient<>(
                vertx,
                trusting(authorities),
                port,
                headers,
                CERTIFICATES,
                IstioCertificateResponse.parser());
    }

    /** The same in plaintext. */
    static DiscoveryClient<IstioCertificateRequest, IstioCertificateResponse> certificates(
            Vertx vertx, int port) {
        return new DiscoveryClient<>(vertx, port, CERTIFICATES, IstioCertificateResponse.parser());
    }

    static DiscoveryClient<DeltaDiscoveryRequest, DeltaDiscoveryResponse> method(
            Vertx vertx, int port, String method) {
        return new DiscoveryClient<>(
                vertx, port, DISCOVERY + method, DeltaDiscoveryResponse.parser());
    }

    static DiscoveryClient<DiscoveryRequest, DiscoveryResponse> sotw(Vertx vertx, int port) {
        return new DiscoveryClient<>(
                vertx, port, DISCOVERY + "StreamAggregatedResources", DiscoveryResponse.parser());
    }

    static <T> T await(io.vertx.core.Future<T> future) {
        try {
            return future.toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private void failed(Throwable fault) {
        end.complete("failed: " + fault.getMessage());
    }

    private void read(HttpClientResponse response) {
        if (response.getHeader("grpc-status") != null) {
            end.complete(
                    status(response.getHeader("grpc-status"), response.getHeader("grpc-message")));
        } else if (response.statusCode() != 200) {
            end.complete("http " + response.statusCode());
        }
        response.handler(this::receive);
        response.exceptionHandler(this::failed);
        response.endHandler(_ ->
                end.complete(
                        status(
                                response.getTrailer("grpc-status"),
                                response.getTrailer("grpc-message"))));
    }

    private static String status(@Nullable String status, @Nullable String message) {
        return message == null
                ? String.valueOf(status)
                : status + " " + URLDecoder.decode(message, StandardCharsets.UTF_8);
    }

    private synchronized void receive(Buffer bytes) {
        received.appendBuffer(bytes);
        while (received.length() >= 5 && received.length() >= 5 + received.getInt(1)) {
            int size = received.getInt(1);
            try {
                responses.add(parser.parseFrom(received.getBytes(5, 5 + size)));
            } catch (InvalidProtocolBufferException e) {
                end.complete("unreadable: " + e.getMessage());
            }
            received = received.getBuffer(5 + size, received.length());
        }
    }

    DiscoveryClient<Q, R> send(MessageLite message) {
        return sendRaw(frame(message.toByteArray()));
    }

    static Buffer frame(byte[] body) {
        return Buffer.buffer().appendByte((byte) 0).appendInt(body.length).appendBytes(body);
    }

    DiscoveryClient<Q, R> sendRaw(Buffer bytes) {
        await(request.write(bytes));
        return this;
    }

    void halfClose() {
        await(request.end());
    }

    void cancel() {
        await(request.reset(8));
    }

    /** Reads nothing more, so that the server's flow control stops it. */
    void stopReading() {
        request.response().onSuccess(HttpClientResponse::pause);
    }

    R next() throws InterruptedException {
        R response = responses.poll(10, TimeUnit.SECONDS);
        return requireNonNull(response, () -> "no response; end: " + end.getNow("not yet"));
    }

    @Nullable R nextWithin(long millis) throws InterruptedException {
        return responses.poll(millis, TimeUnit.MILLISECONDS);
    }

    /** How the stream ended: grpc-status and message, or what went wrong. */
    String end() {
        try {
            return end.get(10, TimeUnit.SECONDS);
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    boolean hasEnded() {
        return end.isDone();
    }

    @Override
    public void close() {
        await(client.close());
    }

    static DeltaDiscoveryRequest first(ProxyNode node, TypeUrl type, String... names) {
        return more(type, names).toBuilder().setNode(NodeCodec.encode(node)).build();
    }

    static DeltaDiscoveryRequest more(TypeUrl type, String... names) {
        return DeltaDiscoveryRequest.newBuilder()
                .setTypeUrl(type.url())
                .addAllResourceNamesSubscribe(List.of(names))
                .build();
    }

    static DeltaDiscoveryRequest ack(DeltaDiscoveryResponse response) {
        return DeltaDiscoveryRequest.newBuilder()
                .setTypeUrl(response.getTypeUrl())
                .setResponseNonce(response.getNonce())
                .build();
    }

    static DeltaDiscoveryRequest nack(DeltaDiscoveryResponse response, String why) {
        return ack(response).toBuilder()
                .setErrorDetail(Status.newBuilder().setCode(3).setMessage(why))
                .build();
    }

    static DiscoveryRequest firstSotw(ProxyNode node, TypeUrl type, String... names) {
        return DiscoveryRequest.newBuilder()
                .setNode(NodeCodec.encode(node))
                .setTypeUrl(type.url())
                .addAllResourceNames(List.of(names))
                .build();
    }

    static DiscoveryRequest ack(DiscoveryResponse response, String... names) {
        return DiscoveryRequest.newBuilder()
                .setTypeUrl(response.getTypeUrl())
                .setVersionInfo(response.getVersionInfo())
                .setResponseNonce(response.getNonce())
                .addAllResourceNames(List.of(names))
                .build();
    }

    static Node node(ProxyNode node) {
        return NodeCodec.encode(node);
    }
}
