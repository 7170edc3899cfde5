// SPDX-License-Identifier: Apache-2.0
package io.serin.local.node.probe;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;

/**
 * When a probe asks, and how many answers in a row it takes to believe them.
 *
 * @param initialDelay from the container's start
 */
public record ProbeTiming(
        Duration initialDelay,
        Duration period,
        Duration timeout,
        int successThreshold,
        int failureThreshold) {

    /** With Kubernetes' defaults: every 10 s, for 1 s, 1 success, 3 failures. */
    public static ProbeTiming of(JsonNode probe) {
        return new ProbeTiming(
                seconds(probe, "initialDelaySeconds", 0),
                seconds(probe, "periodSeconds", 10),
                seconds(probe, "timeoutSeconds", 1),
                Math.max(1, probe.path("successThreshold").asInt(1)),
                Math.max(1, probe.path("failureThreshold").asInt(3)));
    }

    private static Duration seconds(JsonNode probe, String field, int otherwise) {
        int held = probe.path(field).asInt(otherwise);
        return Duration.ofSeconds(held == 0 ? otherwise : held);
    }
}
