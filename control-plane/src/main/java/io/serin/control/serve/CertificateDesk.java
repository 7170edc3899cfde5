// SPDX-License-Identifier: Apache-2.0
package io.serin.control.serve;

import io.serin.control.trust.Issuance;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.grpc.common.GrpcMessageDecoder;
import io.vertx.grpc.common.GrpcMessageEncoder;
import io.vertx.grpc.common.ServiceMethod;
import io.vertx.grpc.common.ServiceName;
import io.vertx.grpc.server.GrpcServer;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;

/**
 * Where workloads have their certificates signed: Istio's {@code IstioCertificateService}. Signing
 * is work, so it is done beside the event loop, and only so much waits for it as is soon done.
 *
 * <p>Owned by the verticle's event loop.
 */
final class CertificateDesk {

    private static final ServiceMethod<Buffer, Buffer> METHOD =
            ServiceMethod.server(
                    ServiceName.create("istio.v1.auth", "IstioCertificateService"),
                    "CreateCertificate",
                    GrpcMessageEncoder.IDENTITY,
                    GrpcMessageDecoder.IDENTITY);

    /** A third of a second's work for one core, where the JVM is young. */
    static final int MOST_WAITING = 64;

    private final Vertx vertx;
    private final Optional<Secured> secured;
    private final CertificateMetrics metrics;
    private int waiting;

    CertificateDesk(Vertx vertx, Optional<Secured> secured, CertificateMetrics metrics) {
        this.vertx = vertx;
        this.secured = secured;
        this.metrics = metrics;
    }

    void serve(GrpcServer grpc) {
        grpc.callHandler(
                METHOD,
                request -> {
                    metrics.asked();
                    CertificateCall call = new CertificateCall(this, request);
                    secured.filter(_ -> request.connection().isSsl())
                            .ifPresentOrElse(call::start, call::refusePlaintext);
                });
    }

    CertificateMetrics metrics() {
        return metrics;
    }

    boolean isFull() {
        return waiting >= MOST_WAITING;
    }

    /** Has it signed; fails where the authority can't. */
    Future<Issuance> sign(Callable<Issuance> signing) {
        waiting++;
        return vertx.executeBlocking(signing, false)
                .onComplete(_ -> waiting--)
                .map(Objects::requireNonNull);
    }
}
