// SPDX-License-Identifier: Apache-2.0
package io.serin.control.serve;

import io.vertx.grpc.common.GrpcHeaderNames;
import io.vertx.grpc.server.GrpcServerRequest;
import java.util.Optional;

/** How the messages of a call are packed: not at all. */
final class Encoding {

    private Encoding() {}

    /**
     * Why it can't be served, if so: a small message may unpack to more than there is memory for.
     */
    static Optional<String> refusal(GrpcServerRequest<?, ?> request) {
        return Optional.ofNullable(request.headers().get(GrpcHeaderNames.GRPC_ENCODING))
                .filter(encoding -> !encoding.equals("identity"))
                .map(encoding -> "grpc-encoding: " + encoding + " (expected: identity)");
    }
}
