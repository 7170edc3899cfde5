// SPDX-License-Identifier: Apache-2.0
package io.serin.control.serve;

import io.serin.control.trust.ServerCertificate;
import io.serin.control.trust.WorkloadCertificates;
import io.vertx.core.Future;
import java.util.function.Function;

/**
 * Where configuration is served over TLS, and certificates are signed, to callers who prove who
 * they are.
 *
 * @param port to listen at, 15012; 0 for any free one
 * @param certificate the first that is shown
 * @param bearers whose a token is; fails where that can't be known now
 * @param workloads signs their certificates
 */
public record Secured(
        int port,
        ServerCertificate certificate,
        Function<String, Future<Bearer>> bearers,
        WorkloadCertificates workloads) {}
