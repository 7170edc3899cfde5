// SPDX-License-Identifier: Apache-2.0
package io.serin.proxy.http;

/** What matters of a request's method. */
public enum Method {
    /** Safe or idempotent: may be sent again when no answer came. RFC 9110 section 9.2.2. */
    IDEMPOTENT,
    /** As GET, its answer has no body. */
    HEAD,
    /** Asks for a tunnel. */
    CONNECT,
    /** Sent at most once. */
    OTHER
}
