// SPDX-License-Identifier: Apache-2.0
package io.serin.control.serve;

import com.google.protobuf.InvalidProtocolBufferException;
import io.serin.api.contract.Ports;
import io.serin.api.xds.CertificateXds.IstioCertificateRequest;
import io.serin.api.xds.CertificateXds.IstioCertificateResponse;
import io.serin.control.serve.CertificateMetrics.SignError;
import io.serin.control.trust.Issuance;
import io.serin.control.trust.WorkloadCertificates;
import io.vertx.core.buffer.Buffer;
import io.vertx.grpc.common.GrpcStatus;
import io.vertx.grpc.server.GrpcServerRequest;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One request for a certificate: who asks is known by a token, before anything of what is asked is
 * read.
 *
 * <p>Owned by the verticle's event loop.
 */
final class CertificateCall {

    private static final Logger LOG = LoggerFactory.getLogger(CertificateCall.class);

    /** A request of RSA 8192 has 4 KiB. */
    private static final int MAX_BYTES = 64 << 10;

    private final CertificateDesk desk;
    private final GrpcServerRequest<Buffer, Buffer> request;
    private String asker;
    private boolean open = true;
    private boolean isRead;

    CertificateCall(CertificateDesk desk, GrpcServerRequest<Buffer, Buffer> request) {
        this.desk = desk;
        this.request = request;
        this.asker = "unknown at " + request.connection().remoteAddress();
    }

    /** A token that is sent in plaintext may be anybody's by now. */
    void refusePlaintext() {
        desk.metrics().notAuthenticated();
        refuse(
                GrpcStatus.UNAUTHENTICATED,
                "certificates are not signed in plaintext (expected: TLS, port "
                        + Ports.XDS_TLS
                        + ")");
    }

    /** Serves who proves who it is. */
    void start(Secured secured) {
        Optional<String> refusal = Encoding.refusal(request);
        if (refusal.isPresent()) {
            refuse(GrpcStatus.UNIMPLEMENTED, refusal.get());
            return;
        }
        request.exceptionHandler(_ -> open = false);
        request.errorHandler(_ -> open = false);
        request.response().exceptionHandler(_ -> open = false);
        request.pause();
        var _ =
                Admission.of(request, secured.bearers())
                        .onSuccess(found -> admit(found, secured.workloads()));
    }

    private void admit(Admission found, WorkloadCertificates workloads) {
        switch (found) {
            case Admission.Admitted(Bearer.Known bearer) -> {
                asker = workloads.identity(bearer.namespace(), bearer.account());
                request.handler(bytes -> read(bytes, bearer, workloads));
                request.endHandler(_ -> miss());
                request.resume();
            }
            case Admission.Refused(GrpcStatus status, String reason) -> {
                desk.metrics().notAuthenticated();
                refuse(status, reason);
            }
        }
    }

    private void miss() {
        if (!isRead) {
            desk.metrics().notReadable();
            refuse(GrpcStatus.INVALID_ARGUMENT, "nothing is asked (expected: one request)");
        }
    }

    private void read(Buffer bytes, Bearer.Known bearer, WorkloadCertificates workloads) {
        if (isRead || !open) {
            return;
        }
        isRead = true;
        if (bytes.length() > MAX_BYTES) {
            desk.metrics().notReadable();
            refuse(
                    GrpcStatus.INVALID_ARGUMENT,
                    "request: " + bytes.length() + " bytes (expected: at most " + MAX_BYTES + ")");
            return;
        }
        try {
            ask(IstioCertificateRequest.parseFrom(bytes.getBytes()), bearer, workloads);
        } catch (InvalidProtocolBufferException e) {
            desk.metrics().notReadable();
            refuse(
                    GrpcStatus.INVALID_ARGUMENT,
                    "not a request for a certificate: " + e.getMessage());
        }
    }

    private void ask(
            IstioCertificateRequest asked, Bearer.Known bearer, WorkloadCertificates workloads) {
        if (desk.isFull()) {
            desk.metrics().notSigned(SignError.CA_NOT_READY);
            refuse(
                    GrpcStatus.UNAVAILABLE,
                    CertificateDesk.MOST_WAITING + " requests wait already; try again");
            return;
        }
        desk.sign(() ->
                        workloads.issue(
                                bearer.namespace(),
                                bearer.account(),
                                asked.getCsr(),
                                asked.getValidityDuration()))
                .onComplete(this::answer, this::fail);
    }

    private void answer(Issuance issuance) {
        switch (issuance) {
            case Issuance.Issued issued -> {
                desk.metrics().signed();
                LOG.debug(
                        "certificate signed identity={} serial={} until={}",
                        asker,
                        issued.serial(),
                        issued.until());
                if (open) {
                    open = false;
                    byte[] bytes =
                            IstioCertificateResponse.newBuilder()
                                    .addAllCertChain(issued.chain())
                                    .build()
                                    .toByteArray();
                    request.response().end(Buffer.buffer(bytes));
                }
            }
            case Issuance.Refused(Issuance.Because because, String reason) ->
                    refuse(count(because), reason);
        }
    }

    private GrpcStatus count(Issuance.Because because) {
        return switch (because) {
            case REQUEST -> {
                desk.metrics().notReadable();
                yield GrpcStatus.INVALID_ARGUMENT;
            }
            case LIFETIME -> {
                desk.metrics().notSigned(SignError.TTL_ERROR);
                yield GrpcStatus.INVALID_ARGUMENT;
            }
            case AUTHORITY -> {
                desk.metrics().notSigned(SignError.CA_NOT_READY);
                yield GrpcStatus.UNAVAILABLE;
            }
        };
    }

    private void fail(Throwable fault) {
        desk.metrics().notSigned(SignError.CERT_GEN_ERROR);
        LOG.error("identity={} certificate not signed: {}", asker, fault.toString(), fault);
        end(GrpcStatus.INTERNAL, "no certificate could be signed");
    }

    private void refuse(GrpcStatus status, String reason) {
        LOG.warn("identity={} certificate refused, status={} reason=\"{}\"", asker, status, reason);
        end(status, reason);
    }

    private void end(GrpcStatus status, String reason) {
        if (open) {
            open = false;
            request.response().status(status).statusMessage(reason).end();
        }
    }
}
