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

    /** The route, towards a parent, can't be served as it is. Says nothing of its references. */
    static RouteStatus.Condition refused(String reason, String message) {
        return new RouteStatus.Condition("Accepted", false, reason, message);
    }

    /** The message of a route with problems. */
    static String problems(KubeRoute route) {
        return String.join("; ", route.problems().stream().map(Object::toString).toList());
    }
}
