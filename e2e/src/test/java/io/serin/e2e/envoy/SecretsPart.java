// SPDX-License-Identifier: Apache-2.0
package io.serin.e2e.envoy;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;
import io.serin.api.xds.Any;
import io.serin.api.xds.DiscoveryRequest;
import io.serin.api.xds.DiscoveryResponse;
import io.serin.proxy.tls.Credentials;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.grpc.common.GrpcMessageDecoder;
import io.vertx.grpc.common.GrpcMessageEncoder;
import io.vertx.grpc.common.ServiceMethod;
import io.vertx.grpc.common.ServiceName;
import io.vertx.grpc.server.GrpcServer;
import io.vertx.grpc.server.GrpcServerRequest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.util.Base64;
import java.util.List;

/**
 * What Istio's agent is to an Envoy: hands out certificate, key and roots. {@code
 * envoy.service.secret.v3.SecretDiscoveryService}, state of the world; the messages by their field
 * numbers, for nobody else here speaks of them.
 */
public final class SecretsPart implements AutoCloseable {

    private static final String SECRET =
            "type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.Secret";

    private final Vertx vertx = Vertx.vertx();
    private final HttpServer server;

    public SecretsPart(Credentials credentials) {
        GrpcServer grpc = GrpcServer.server(vertx);
        grpc.callHandler(
                ServiceMethod.server(
                        ServiceName.create("envoy.service.secret.v3", "SecretDiscoveryService"),
                        "StreamSecrets",
                        GrpcMessageEncoder.IDENTITY,
                        GrpcMessageDecoder.IDENTITY),
                request -> request.handler(bytes -> answer(request, bytes, credentials)));
        server =
                vertx.createHttpServer()
                        .requestHandler(grpc)
                        .listen(0)
                        .toCompletionStage()
                        .toCompletableFuture()
                        .join();
    }

    public int port() {
        return server.actualPort();
    }

    private static void answer(
            GrpcServerRequest<Buffer, Buffer> request, Buffer bytes, Credentials credentials) {
        try {
            DiscoveryRequest asked = DiscoveryRequest.parseFrom(bytes.getBytes());
            if (asked.getResponseNonce().isEmpty()) {
                DiscoveryResponse.Builder response =
                        DiscoveryResponse.newBuilder()
                                .setTypeUrl(SECRET)
                                .setVersionInfo("1")
                                .setNonce("1");
                for (String name : asked.getResourceNamesList()) {
                    byte[] secret =
                            name.equals("ROOTCA")
                                    ? roots(credentials)
                                    : certificate(name, credentials);
                    response.addResources(
                            Any.newBuilder()
                                    .setTypeUrl(SECRET)
                                    .setValue(ByteString.copyFrom(secret)));
                }
                var _ = request.response().write(Buffer.buffer(response.build().toByteArray()));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static byte[] certificate(String name, Credentials credentials) throws IOException {
        byte[] chain = field(1, inline(pem(credentials.chain())));
        byte[] key = field(2, inline(block("PRIVATE KEY", credentials.key().getEncoded())));
        return join(field(1, name.getBytes(StandardCharsets.UTF_8)), field(2, join(chain, key)));
    }

    private static byte[] roots(Credentials credentials) throws IOException {
        byte[] trusted = field(1, inline(pem(credentials.roots())));
        return join(field(1, "ROOTCA".getBytes(StandardCharsets.UTF_8)), field(4, trusted));
    }

    /** A DataSource with a text in it. */
    private static byte[] inline(String text) throws IOException {
        return field(3, text.getBytes(StandardCharsets.US_ASCII));
    }

    private static byte[] field(int number, byte[] value) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        CodedOutputStream out = CodedOutputStream.newInstance(bytes);
        out.writeByteArray(number, value);
        out.flush();
        return bytes.toByteArray();
    }

    private static byte[] join(byte[] one, byte[] other) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.writeBytes(one);
        bytes.writeBytes(other);
        return bytes.toByteArray();
    }

    private static String pem(List<X509Certificate> certificates) {
        StringBuilder text = new StringBuilder();
        for (X509Certificate certificate : certificates) {
            try {
                text.append(block("CERTIFICATE", certificate.getEncoded()));
            } catch (CertificateEncodingException e) {
                throw new IllegalStateException(e);
            }
        }
        return text.toString();
    }

    private static String block(String what, byte[] der) {
        return "-----BEGIN %1$s-----\n%2$s\n-----END %1$s-----\n"
                .formatted(what, Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der));
    }

    @Override
    public void close() {
        var _ = vertx.close().toCompletionStage().toCompletableFuture().join();
    }
}
