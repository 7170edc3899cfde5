// SPDX-License-Identifier: Apache-2.0
package io.serin.proxy.grpc;

import io.netty.handler.ssl.NotSslRecordException;
import io.netty.handler.ssl.SslHandshakeTimeoutException;
import io.serin.api.name.HostPort;
import java.nio.channels.ClosedChannelException;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateException;
import java.time.Duration;

/** Why a TLS handshake came to nothing, in words for people. */
final class Handshake {

    private Handshake() {}

    /**
     * Says it.
     *
     * @param peer with whom
     * @param patience how long it could take
     */
    static StreamEnd failed(HostPort peer, Duration patience, Throwable cause) {
        Throwable root = cause;
        boolean certificate = false;
        boolean path = false;
        while (true) {
            certificate |= root instanceof CertificateException;
            path |=
                    root instanceof CertPathBuilderException
                            || root instanceof CertPathValidatorException;
            if (root.getCause() == null) {
                break;
            }
            root = root.getCause();
        }
        if (path) {
            return new StreamEnd.Untrusted(
                    "the certificate of "
                            + peer
                            + " is not trusted: "
                            + root.getMessage()
                            + " (expected: signed by one of the root certificates of the proxy)");
        }
        if (certificate) {
            return new StreamEnd.Untrusted(
                    "the certificate of "
                            + peer
                            + " is refused: "
                            + root.getMessage()
                            + " (expected: one for "
                            + peer.host()
                            + ")");
        }
        return switch (root) {
            case SslHandshakeTimeoutException _ ->
                    new StreamEnd.NoConnection("no TLS handshake within " + patience);
            case ClosedChannelException _ ->
                    new StreamEnd.Lost("the connection was closed within the TLS handshake");
            case NotSslRecordException _ ->
                    new StreamEnd.Garbled("what answers does not speak TLS");
            default -> new StreamEnd.Garbled("TLS handshake: " + root.getMessage());
        };
    }
}
