// SPDX-License-Identifier: Apache-2.0
package io.serin.local.api;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** The API said no: a {@code metav1.Status} as an exception. */
public final class ApiFault extends RuntimeException {

    private final transient ObjectNode status;

    /**
     * @param status a {@code metav1.Status} with {@code code}, {@code reason} and {@code message}
     */
    public ApiFault(ObjectNode status) {
        super(status.path("message").asText(), null, true, false);
        this.status = status;
    }

    /** With nothing but the three that each status has. */
    public static ApiFault of(int code, String reason, String message) {
        ObjectNode status = JsonNodeFactory.instance.objectNode();
        status.put("kind", "Status");
        status.put("apiVersion", "v1");
        status.putObject("metadata");
        status.put("status", "Failure");
        status.put("message", message);
        status.put("reason", reason);
        status.put("code", code);
        return new ApiFault(status);
    }

    /** The HTTP status. */
    public int code() {
        return status.path("code").asInt(500);
    }

    /** E.g. {@code NotFound}, {@code AlreadyExists}, {@code Conflict}, {@code Invalid}. */
    public String reason() {
        return status.path("reason").asText();
    }

    public ObjectNode status() {
        return status;
    }
}
