// SPDX-License-Identifier: Apache-2.0
package io.serin.local.control;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * How far a rolling update may stray from the wanted number of pods.
 *
 * @param above how many more there may be
 * @param below how many fewer may be available
 */
record Surge(int above, int below) {

    /** Percentages round so that the update gets on: surge up, unavailability down. */
    static Surge of(JsonNode deployment) {
        int replicas = deployment.path("spec").path("replicas").asInt(1);
        JsonNode rolling = deployment.path("spec").path("strategy").path("rollingUpdate");
        int above = resolve(rolling.path("maxSurge"), replicas, true);
        int below = resolve(rolling.path("maxUnavailable"), replicas, false);
        if (above == 0 && below == 0) {
            // Both percentages came to nothing: the update would never begin.
            below = 1;
        }
        return new Surge(above, Math.min(below, replicas));
    }

    private static int resolve(JsonNode held, int replicas, boolean up) {
        if (held.isInt()) {
            return held.asInt();
        }
        String text = held.asText("25%");
        if (!text.matches("[0-9]+%")) {
            text = "25%";
        }
        double share = Integer.parseInt(text.substring(0, text.length() - 1)) * replicas / 100.0;
        return (int) (up ? Math.ceil(share) : Math.floor(share));
    }
}
