// SPDX-License-Identifier: Apache-2.0
package io.serin.local.control;

import static java.util.Comparator.comparing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.serin.local.api.Meta;
import java.util.Comparator;

/**
 * Which pods a ReplicaSet deletes first: Kubernetes' {@code ActivePodsWithRanks} on one node.
 * Unassigned, then pending, then not ready, then cheap by the annotation, then ready for the
 * shortest time, then restarted most often, then newest.
 */
final class LeastUseful {

    private static final String COST = "controller.kubernetes.io/pod-deletion-cost";

    static final Comparator<ObjectNode> FIRST =
            Comparator.<ObjectNode, Boolean>comparing(
                            pod -> !pod.path("spec").path("nodeName").asText().isEmpty())
                    .thenComparingInt(pod -> rank(Pods.phase(pod)))
                    .thenComparing(Pods::isReady)
                    .thenComparingInt(LeastUseful::cost)
                    .thenComparing(comparing(Pods::readySince).reversed())
                    .thenComparingInt(pod -> -Pods.restarts(pod))
                    .thenComparing(comparing(Meta::creation).reversed());

    private LeastUseful() {}

    private static int rank(String phase) {
        return switch (phase) {
            case "Running" -> 2;
            case "Unknown" -> 1;
            default -> 0;
        };
    }

    private static int cost(JsonNode pod) {
        try {
            return Integer.parseInt(Meta.annotation(pod, COST));
        } catch (NumberFormatException none) {
            return 0;
        }
    }
}
