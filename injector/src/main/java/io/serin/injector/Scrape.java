// SPDX-License-Identifier: Apache-2.0
package io.serin.injector;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.serin.api.contract.Ports;
import io.serin.injector.decide.Annotation;
import io.serin.injector.decide.Annotations;
import io.serin.injector.decide.Neighbours;
import io.serin.injector.decide.Refusal;
import java.util.List;
import java.util.Optional;

/**
 * Where Prometheus finds a pod's metrics: at the agent, which puts the application's and the
 * proxy's on one page.
 *
 * @param isMerged whether the pod's annotations become the agent's; else they stay as they are
 * @param original what they were, as JSON in Istio's form; empty where there is nothing to merge
 * @param warnings one sentence for each thing that keeps them from being merged
 */
record Scrape(boolean isMerged, Optional<String> original, List<String> warnings) {

    /** The proxy's variable that holds {@link #original}. */
    static final String VARIABLE = "ISTIO_PROMETHEUS_ANNOTATIONS";

    /** Of a pod without a proxy. */
    static final Scrape NONE = new Scrape(false, Optional.empty(), List.of());

    private static final String PREFIX = "prometheus.io/";
    private static final String SCRAPE = "scrape";
    private static final String PATH = "path";
    private static final String PORT = "port";
    private static final String PAGE = "/stats/prometheus";

    /**
     * Looks at what a pod says.
     *
     * @param dnsCapture whether the sidecar answers questions for names
     * @throws Refusal when its metrics are said to be at one of the sidecar's ports
     */
    static Scrape of(JsonNode pod, Annotations checked, boolean dnsCapture) {
        JsonNode annotations = pod.path("metadata").path("annotations");
        boolean isWanted = checked.get(Annotation.MERGE_METRICS).orElse("true").equals("true");
        String scrape = held(annotations, SCRAPE);
        if (!isWanted || scrape.equals("false")) {
            return NONE;
        }
        if (!scrape.isEmpty() && !scrape.equals("true")) {
            return unmerged(SCRAPE, scrape, "true or false");
        }
        if (isTheAgents(annotations)) {
            return new Scrape(true, Optional.empty(), List.of());
        }
        String port = held(annotations, PORT);
        if (!port.isEmpty() && !Neighbours.isPort(port)) {
            return unmerged(PORT, port, "a port, 1 to 65535");
        }
        if (!port.isEmpty() && Neighbours.isTheSidecars(Integer.parseInt(port), dnsCapture)) {
            throw Refusal.annotation(
                    PREFIX + PORT,
                    port,
                    "a port of the application: this one is the sidecar's, whose metrics are merged"
                            + " without it");
        }
        return new Scrape(true, original(annotations), List.of());
    }

    /** What nobody could scrape before is no reason to refuse a pod. */
    private static Scrape unmerged(String field, String held, String expected) {
        String warning =
                "annotation "
                        + PREFIX
                        + field
                        + ": '"
                        + held
                        + "' (expected: "
                        + expected
                        + "): the application's metrics are not merged";
        return new Scrape(false, Optional.empty(), List.of(warning));
    }

    private static Optional<String> original(JsonNode annotations) {
        ObjectNode original = JsonNodeFactory.instance.objectNode();
        for (String field : List.of(SCRAPE, PATH, PORT)) {
            String held = held(annotations, field);
            if (!held.isEmpty()) {
                original.put(field, held);
            }
        }
        return original.isEmpty() ? Optional.empty() : Optional.of(original.toString());
    }

    /** Writes the agent's, where they are to be. */
    void mark(ObjectNode annotations) {
        if (isMerged) {
            annotations
                    .put(PREFIX + SCRAPE, "true")
                    .put(PREFIX + PORT, Integer.toString(Ports.AGENT))
                    .put(PREFIX + PATH, PAGE);
        }
    }

    /**
     * Puts back what an earlier run found.
     *
     * @param original what {@link #VARIABLE} holds; empty fields where it was not set
     */
    static void restore(ObjectNode annotations, JsonNode original) {
        if (!isTheAgents(annotations)
                || !held(annotations, SCRAPE).equals("true")
                || annotations.path(Annotation.MERGE_METRICS.key()).asText().equals("false")) {
            return;
        }
        for (String field : List.of(SCRAPE, PATH, PORT)) {
            String value = original.path(field).asText("");
            if (value.isEmpty()) {
                annotations.remove(PREFIX + field);
            } else {
                annotations.put(PREFIX + field, value);
            }
        }
    }

    private static boolean isTheAgents(JsonNode annotations) {
        return held(annotations, PORT).equals(Integer.toString(Ports.AGENT))
                && held(annotations, PATH).equals(PAGE);
    }

    private static String held(JsonNode annotations, String field) {
        return annotations.path(PREFIX + field).asText("");
    }
}
