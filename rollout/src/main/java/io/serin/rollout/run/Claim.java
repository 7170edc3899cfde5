// SPDX-License-Identifier: Apache-2.0
package io.serin.rollout.run;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.serin.kube.type.MarkedNamespace;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Who moves a namespace at the moment, as it is written on it: in annotation {@value #HOLDER}, as
 * JSON.
 *
 * @param holder in words
 * @param run of which run it is
 * @param since when, in ISO 8601
 * @param until when it is anybody's, unless it is renewed before
 */
public record Claim(String holder, String run, String since, String until) {

    /** Annotation of a namespace: this record. */
    public static final String HOLDER = "serin.io/rollout-holder";

    // What a later version has written besides is not in the way.
    private static final ObjectMapper JSON =
            new ObjectMapper().configure(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES, false);

    /** Of a namespace; empty when nobody moves it, or nothing that can be read is written. */
    public static Optional<Claim> of(MarkedNamespace namespace) {
        return Optional.ofNullable(namespace.annotations().get(HOLDER)).flatMap(Claim::parse);
    }

    private static Optional<Claim> parse(String text) {
        try {
            return Optional.ofNullable(JSON.readValue(text, Claim.class)).filter(Claim::isWhole);
        } catch (JsonProcessingException | DateTimeException byHand) {
            return Optional.empty();
        }
    }

    private boolean isWhole() {
        return Stream.of(holder, run, since, until).allMatch(Objects::nonNull)
                && !Instant.parse(until).isBefore(Instant.parse(since));
    }

    boolean isOver(Instant now) {
        return !Instant.parse(until).isAfter(now);
    }

    String json() {
        try {
            return JSON.writeValueAsString(this);
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
