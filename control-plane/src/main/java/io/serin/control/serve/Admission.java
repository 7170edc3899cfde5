// SPDX-License-Identifier: Apache-2.0
package io.serin.control.serve;

import io.serin.api.contract.Objects;
import io.vertx.core.Future;
import io.vertx.core.http.HttpHeaders;
import io.vertx.grpc.common.GrpcStatus;
import io.vertx.grpc.server.GrpcServerRequest;
import java.util.function.Function;

/** Whether a call goes on, by its token alone. */
sealed interface Admission {

    record Admitted(Bearer.Known bearer) implements Admission {}

    record Refused(GrpcStatus status, String reason) implements Admission {}

    /**
     * Finds out; never fails.
     *
     * @param bearers whose a token is
     */
    static Future<Admission> of(
            GrpcServerRequest<?, ?> request, Function<String, Future<Bearer>> bearers) {
        String scheme = "Bearer ";
        String header = request.headers().get(HttpHeaders.AUTHORIZATION);
        if (header == null || !header.startsWith(scheme)) {
            return Future.succeededFuture(
                    new Refused(
                            GrpcStatus.UNAUTHENTICATED,
                            "no token (expected: 'authorization: Bearer ' and a service account's"
                                    + " token for audience "
                                    + Objects.TOKEN_AUDIENCE
                                    + ")"));
        }
        return bearers.apply(header.substring(scheme.length()))
                .map(Admission::of)
                .otherwise(fault ->
                        new Refused(
                                GrpcStatus.UNAVAILABLE,
                                "whose the token is can't be asked now: " + fault.getMessage()));
    }

    private static Admission of(Bearer bearer) {
        return switch (bearer) {
            case Bearer.Known known -> new Admitted(known);
            case Bearer.Unknown(String reason) ->
                    new Refused(GrpcStatus.UNAUTHENTICATED, "the token is nobody's: " + reason);
        };
    }
}
