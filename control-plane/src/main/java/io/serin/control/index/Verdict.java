// SPDX-License-Identifier: Apache-2.0
package io.serin.control.index;

import io.serin.kube.type.KubeRoute;
import io.serin.kube.type.ObjectName;
import io.serin.kube.write.RouteStatus;
import java.util.List;

/** What became of a route, towards each of its parents that is a Service. */
public record Verdict(ObjectName route, long generation, List<RouteStatus.ParentVerdict> parents) {

    public Verdict {
        parents = List.copyOf(parents);
    }

    /** All conditions of a route that can't be served as a whole. */
    static List<RouteStatus.Condition> refused(String reason, String message) {
        return List.of(
                new RouteStatus.Condition("Accepted", false, reason, message),
                new RouteStatus.Condition("ResolvedRefs", true, "ResolvedRefs", ""));
    }

    /** The message of a route with problems. */
    static String problems(KubeRoute route) {
        return String.join("; ", route.problems().stream().map(Object::toString).toList());
    }
}
