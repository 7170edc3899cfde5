// SPDX-License-Identifier: Apache-2.0
package io.serin.proxy.grpc;

/** A file that TLS needs can't be used; the message says which, why, and what is expected. */
public final class TrustFault extends Exception {

    TrustFault(String message) {
        super(message);
    }
}
