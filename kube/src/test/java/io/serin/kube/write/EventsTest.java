// SPDX-License-Identifier: Apache-2.0
package io.serin.kube.write;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Event;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class EventsTest {

    private static Event of(String version, String reason) {
        return Events.event(
                Events.About.namespace("shop", "u-1"),
                version,
                reason,
                "why",
                Instant.parse("2026-01-02T03:04:05.678Z"));
    }

    /** The API server refuses an event whose namespace is not that of what it is about. */
    @Test
    void isAboutTheNamespaceAndInsideOfIt() {
        Event event = of("7", "UnknownRevision");

        assertThat(event.getMetadata().getNamespace()).isEqualTo("shop");
        assertThat(event.getInvolvedObject().getNamespace()).isEqualTo("shop");
        assertThat(event.getInvolvedObject().getKind()).isEqualTo("Namespace");
        assertThat(event.getType()).isEqualTo("Warning");
        assertThat(event.getLastTimestamp()).isEqualTo("2026-01-02T03:04:05Z");
    }

    @Test
    void hasOneNameForEachStateOfTheNamespaceAndEachReason() {
        String name = of("7", "UnknownRevision").getMetadata().getName();

        assertThat(name)
                .matches("shop\\.unknownrevision\\.[0-9a-f]+")
                .isEqualTo(of("7", "UnknownRevision").getMetadata().getName())
                .isNotEqualTo(of("8", "UnknownRevision").getMetadata().getName())
                .isNotEqualTo(of("7", "InvalidLabel").getMetadata().getName());
    }
}
