// SPDX-License-Identifier: Apache-2.0
package io.serin.proxy.fault;

/**
 * Every way in which the proxy itself answers a request, or ends one. The codes are stable: they
 * stand in the header {@code x-serin-error}, in metrics' {@code response_flags}, and in
 * docs/errors.md.
 */
public enum FaultCode {
    BAD_HEAD(1001, 400, "DPE", "the request's head is malformed"),
    HEAD_TOO_LARGE(1002, 431, "DPE", "the request's head is too large"),
    AMBIGUOUS_LENGTH(1003, 400, "DPE", "the length of the request's body is ambiguous"),
    BAD_BODY(1004, 400, "DPE", "the request's body is malformed"),
    UNSUPPORTED_VERSION(1005, 505, "DPE", "the HTTP version is not supported"),
    TARGET_TOO_LONG(1006, 414, "DPE", "the request's target is too long"),
    HEAD_TOO_SLOW(1007, 408, "DPE", "the request's head did not arrive in time"),

    NO_ROUTE(2101, 404, "NR", "no route matches the request"),
    UNRESOLVED_BACKEND(2102, 500, "NC", "the route's backend does not exist"),
    NO_HEALTHY_ENDPOINT(2103, 503, "UH", "no endpoint is ready"),
    CONNECT_FAILED(2104, 503, "UF", "no connection to the endpoint could be made"),
    ENDPOINT_CLOSED(2105, 502, "UC", "the endpoint closed the connection before it answered"),
    BAD_ANSWER(2106, 502, "UPE", "the endpoint's answer is malformed"),
    /** With the status that the route asks for, where that is an error's: 400 or above. */
    ROUTE_ANSWER(2107, 500, "-", "the route itself asks for this answer"),

    /** Nothing of the request reached the application: the calling proxy may try elsewhere. */
    APPLICATION_REFUSED(3101, 503, "UF", "the application refused the connection"),
    APPLICATION_CLOSED(3102, 502, "UC", "the application closed the connection before it answered"),
    BAD_APPLICATION_ANSWER(3103, 502, "UPE", "the application's answer is malformed");

    private final String code;
    private final int status;
    private final String flags;
    private final String cause;

    FaultCode(int number, int status, String flags, String cause) {
        this.code = "SRN" + number;
        this.status = status;
        this.flags = flags;
        this.cause = cause;
    }

    /** As it stands in {@code x-serin-error}. */
    public String code() {
        return code;
    }

    /** The HTTP status of the answer. */
    public int status() {
        return status;
    }

    /** Envoy's response flag of the same meaning, for metrics. */
    public String flags() {
        return flags;
    }

    /** What it means, for where nothing more precise is known. */
    public String cause() {
        return cause;
    }
}
