// SPDX-License-Identifier: Apache-2.0
package io.serin.injector.probe;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Optional;

/** What the kubelet may ask of a container, and where the agent is asked it instead. */
enum Question {
    READINESS("/readinessProbe", "/app-health/", "/readyz"),
    LIVENESS("/livenessProbe", "/app-health/", "/livez"),
    STARTUP("/startupProbe", "/app-health/", "/startupz"),
    POST_START("/lifecycle/postStart", "/app-lifecycle/", "/poststartz"),
    PRE_STOP("/lifecycle/preStop", "/app-lifecycle/", "/prestopz");

    private final String place;
    private final String before;
    private final String after;

    Question(String place, String before, String after) {
        this.place = place;
        this.before = before;
        this.after = after;
    }

    /** The probe or hook of a container, if it has one. */
    Optional<ObjectNode> in(JsonNode container) {
        return container.at(place) instanceof ObjectNode asked
                ? Optional.of(asked)
                : Optional.empty();
    }

    /** The agent's path for it. */
    String path(String container) {
        return before + container + after;
    }

    /** Whether this is such a path, of any container. */
    boolean isAt(String path) {
        return path.startsWith(before) && path.endsWith(after);
    }

    /** As a person finds it in a manifest. */
    String field() {
        return place.substring(1).replace('/', '.');
    }
}
