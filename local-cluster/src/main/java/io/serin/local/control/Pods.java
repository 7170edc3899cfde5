// SPDX-License-Identifier: Apache-2.0
package io.serin.local.control;

import com.fasterxml.jackson.databind.JsonNode;
import io.serin.local.api.Meta;
import io.serin.local.api.Times;
import java.time.Duration;
import java.time.Instant;

/** What controllers ask of a pod. */
final class Pods {

    private Pods() {}

    static String phase(JsonNode pod) {
        return pod.path("status").path("phase").asText();
    }

    /** Whether all its containers have ended for good. */
    static boolean isOver(JsonNode pod) {
        return phase(pod).equals("Succeeded") || phase(pod).equals("Failed");
    }

    /** Whether it counts as a replica. */
    static boolean isActive(JsonNode pod) {
        return !isOver(pod) && !Meta.isTerminating(pod);
    }

    static boolean isReady(JsonNode pod) {
        return Conditions.isTrue(pod.path("status"), "Ready");
    }

    static Instant readySince(JsonNode pod) {
        return Conditions.find(pod.path("status"), "Ready")
                .map(ready -> Times.of(ready.path("lastTransitionTime")))
                .orElse(Instant.EPOCH);
    }

    /** Whether it has been ready for long enough. */
    static boolean isAvailable(JsonNode pod, Duration minReady, Instant now) {
        return isReady(pod) && (minReady.isZero() || !readySince(pod).plus(minReady).isAfter(now));
    }

    static int restarts(JsonNode pod) {
        int most = 0;
        for (JsonNode container : pod.path("status").path("containerStatuses")) {
            most = Math.max(most, container.path("restartCount").asInt());
        }
        return most;
    }
}
