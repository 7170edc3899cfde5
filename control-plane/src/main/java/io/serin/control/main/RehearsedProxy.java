// SPDX-License-Identifier: Apache-2.0
package io.serin.control.main;

import com.google.protobuf.MessageLite;
import io.serin.api.backend.Workload;
import io.serin.api.codec.NodeCodec;
import io.serin.api.codec.TypeUrl;
import io.serin.api.name.ProxyId;
import io.serin.api.snapshot.ProxyNode;
import io.serin.api.xds.CertificateXds.IstioCertificateRequest;
import io.serin.api.xds.CertificateXds.IstioCertificateResponse;
import io.serin.api.xds.DeltaDiscoveryRequest;
import io.serin.control.settings.Settings;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import java.io.InputStream;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

/** A proxy of a rehearsal, by what it asks of a control plane over TLS. */
final class RehearsedProxy {

    private static final String DISCOVERY =
            "/envoy.service.discovery.v3.AggregatedDiscoveryService/DeltaAggregatedResources";

    private static final String CERTIFICATES =
            "/istio.v1.auth.IstioCertificateService/CreateCertificate";

    /** Of service account default in namespace shop. */
    private static final String SIGNING_REQUEST = "rehearsed-request.pem";

    /** Before a message in gRPC: whether it is compressed, and its length. */
    private static final int PREFIX_BYTES = 5;

    private final HttpClient client;
    private final Settings settings;

    /**
     * @param client of HTTP/2 over TLS
     */
    RehearsedProxy(HttpClient client, Settings settings) {
        this.client = client;
        this.settings = settings;
    }

    /** A proxy's first questions, and the answers. Yields the status of HTTP. */
    int configure() throws Exception {
        ProxyNode node =
                new ProxyNode(
                        new ProxyId("10.244.0.7", "reviews-v1", "shop"),
                        settings.revision(),
                        Settings.VERSION,
                        new Workload("shop", "reviews-v1", "reviews", "v1"),
                        Map.of());
        Buffer questions =
                frame(question(TypeUrl.CLUSTER).setNode(NodeCodec.encode(node)).build())
                        .appendBuffer(frame(question(TypeUrl.LISTENER).build()));
        return ask(DISCOVERY)
                .compose(request -> {
                    request.setChunked(true);
                    return request.write(questions)
                            .compose(_ -> request.response())
                            .compose(response ->
                                    // Only now: who ends the stream gets no answer any more.
                                    answered(response)
                                            .compose(_ -> request.end())
                                            .compose(_ -> response.end())
                                            .map(_ -> response.statusCode()));
                })
                .await(Rehearsal.PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    /**
     * Has its certificate signed. Yields the chain, in PEM.
     *
     * @throws IllegalStateException with the reason where it is refused
     */
    List<String> certify() throws Exception {
        IstioCertificateRequest asked =
                IstioCertificateRequest.newBuilder().setCsr(signingRequest()).build();
        Buffer answer =
                ask(CERTIFICATES)
                        .compose(request ->
                                request.send(frame(asked)).compose(RehearsedProxy::message))
                        .await(Rehearsal.PATIENCE_SECONDS, TimeUnit.SECONDS);
        return IstioCertificateResponse.parseFrom(answer.getBytes(PREFIX_BYTES, answer.length()))
                .getCertChainList();
    }

    private static Future<Buffer> message(HttpClientResponse response) {
        String reason = response.getHeader("grpc-message");
        return reason == null
                ? response.body()
                : Future.failedFuture(
                        new IllegalStateException(
                                URLDecoder.decode(reason, StandardCharsets.UTF_8)));
    }

    private static String signingRequest() throws Exception {
        try (InputStream in =
                Objects.requireNonNull(RehearsedProxy.class.getResourceAsStream(SIGNING_REQUEST))) {
            return new String(in.readAllBytes(), StandardCharsets.US_ASCII);
        }
    }

    private Future<HttpClientRequest> ask(String path) {
        return client.request(HttpMethod.POST, settings.ports().securedXds(), Rehearsal.HOST, path)
                .map(request ->
                        request.putHeader("content-type", "application/grpc")
                                .putHeader("authorization", "Bearer t"));
    }

    private static Future<?> answered(HttpClientResponse response) {
        Promise<Buffer> first = Promise.promise();
        response.handler(first::tryComplete);
        return first.future();
    }

    private static DeltaDiscoveryRequest.Builder question(TypeUrl type) {
        return DeltaDiscoveryRequest.newBuilder().setTypeUrl(type.url());
    }

    /** As gRPC sends it: not compressed, its length, itself. */
    private static Buffer frame(MessageLite message) {
        byte[] bytes = message.toByteArray();
        return Buffer.buffer().appendByte((byte) 0).appendInt(bytes.length).appendBytes(bytes);
    }
}
