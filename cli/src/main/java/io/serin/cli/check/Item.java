// SPDX-License-Identifier: Apache-2.0
package io.serin.cli.check;

import com.fasterxml.jackson.databind.JsonNode;
import io.serin.api.contract.Labels;
import io.serin.kube.read.Texts;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Map;
import java.util.Optional;

/** An object of the API server. */
record Item(JsonNode json) {

    String name() {
        return json.path("metadata").path("name").asText("");
    }

    String namespace() {
        return json.path("metadata").path("namespace").asText("");
    }

    /** As kubectl takes it where the kind is clear: {@code shop/web}. */
    String place() {
        return namespace().isEmpty() ? name() : namespace() + "/" + name();
    }

    Map<String, String> labels() {
        return Texts.of(json.path("metadata").path("labels"));
    }

    Map<String, String> annotations() {
        return Texts.of(json.path("metadata").path("annotations"));
    }

    /** Of a ConfigMap. */
    Map<String, String> data() {
        return Texts.of(json.path("data"));
    }

    String label(String key) {
        return labels().getOrDefault(key, "");
    }

    /** Label {@code istio.io/rev}; empty for none. */
    String revision() {
        return label(Labels.REVISION);
    }

    /**
     * Whether it is Serin's, whoever installed it: our command line, Helm, or what reads a chart.
     */
    boolean isOurs() {
        return label(Labels.PART_OF).equals(Labels.SERIN);
    }

    /** Whether it was told to go. */
    boolean isEnding() {
        return json.path("metadata").has("deletionTimestamp");
    }

    /** A time in the API server's form; empty for none. */
    static Optional<Instant> instant(String text) {
        try {
            return Optional.of(Instant.parse(text));
        } catch (DateTimeParseException none) {
            return Optional.empty();
        }
    }

    JsonNode spec() {
        return json.path("spec");
    }

    JsonNode status() {
        return json.path("status");
    }
}
