// SPDX-License-Identifier: Apache-2.0
package io.serin.proxy.grpc;

/** Why a stream is over, or never was. */
public sealed interface StreamEnd {

    /** One sentence for the log. */
    String cause();

    /** Nobody answered at the address, or the address could not be found. */
    record NoConnection(String cause) implements StreamEnd {}

    /** One of the two has not got what would prove who it is, or whom it trusts. */
    record Untrusted(String cause) implements StreamEnd {}

    /** The control plane ended it with a gRPC status. */
    record Status(int code, String message) implements StreamEnd {

        /** The status of a control plane that does not believe that the proxy is its node. */
        public static final int PERMISSION_DENIED = 7;

        /** The status of a control plane that is not of this proxy's revision. */
        public static final int FAILED_PRECONDITION = 9;

        /** The status of a control plane that does not believe the proxy's token. */
        public static final int UNAUTHENTICATED = 16;

        @Override
        public String cause() {
            return "gRPC status " + code + (message.isEmpty() ? "" : ": " + message);
        }
    }

    /** What came was not gRPC as it should be. */
    record Garbled(String cause) implements StreamEnd {}

    /** The connection went away. */
    record Lost(String cause) implements StreamEnd {}
}
