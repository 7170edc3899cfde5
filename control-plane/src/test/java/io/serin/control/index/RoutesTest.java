// SPDX-License-Identifier: Apache-2.0
package io.serin.control.index;

import static org.assertj.core.api.Assertions.assertThat;

import io.serin.api.name.ServiceName;
import io.serin.kube.type.KubeRoute;
import io.serin.kube.type.KubeService;
import io.serin.kube.type.ObjectName;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RoutesTest {

    private static final ServiceName REVIEWS = new ServiceName("shop", "reviews");

    private static KubeRoute route(String name, String parent, String backend) {
        return new KubeRoute(
                new ObjectName("shop", name),
                1,
                Instant.EPOCH,
                List.of(
                        new KubeRoute.ParentRef(
                                "",
                                "Service",
                                Optional.empty(),
                                parent,
                                Optional.empty(),
                                Optional.empty())),
                List.of(
                        new KubeRoute.Rule(
                                List.of(),
                                List.of(
                                        new KubeRoute.BackendRef(
                                                "",
                                                "Service",
                                                Optional.empty(),
                                                backend,
                                                Optional.of(9080),
                                                1)))),
                List.of());
    }

    /** Once such a name stopped every configuration, of all routes and Services. */
    @Test
    void aNameThatNoServiceCanHaveIsNoServiceAndStopsNobody() {
        Cluster cluster = new Cluster();
        cluster.put(
                new KubeService(
                        new ObjectName("shop", "reviews"),
                        Optional.of("10.96.0.7"),
                        List.of(new KubeService.Port("http", 9080, Optional.empty()))));
        cluster.put(route("bad-backend", "reviews", "a.b"));
        cluster.put(route("bad-parent", "a.b", "reviews"));
        cluster.put(route("good", "reviews", "reviews"));

        Routes routes = Routes.of(cluster, Services.of(cluster));

        assertThat(routes.routes().get(REVIEWS))
                .extracting(ServiceRoute::name)
                .containsExactly("bad-backend", "good");
        assertThat(reasons(routes, "bad-backend")).containsExactly("Accepted", "BackendNotFound");
        assertThat(reasons(routes, "bad-parent"))
                .containsExactly("NoMatchingParent", "ResolvedRefs");
        assertThat(reasons(routes, "good")).containsExactly("Accepted", "ResolvedRefs");
    }

    /** Once a refused route was said to have all its references, which nobody had looked at. */
    @Test
    void saysOfReferencesOnlyWhatWasLookedAt() {
        Cluster cluster = new Cluster();
        KubeRoute unread = route("unread", "reviews", "missing");
        cluster.put(route("no-parent", "missing", "missing"));
        cluster.put(
                new KubeRoute(
                        unread.name(),
                        2,
                        unread.created(),
                        unread.parents(),
                        unread.rules(),
                        List.of(new KubeRoute.Problem("spec.rules[0].filters", "?", "nothing"))));

        Routes routes = Routes.of(cluster, Services.of(cluster));

        assertThat(reasons(routes, "no-parent"))
                .containsExactly("NoMatchingParent", "BackendNotFound");
        assertThat(reasons(routes, "unread")).containsExactly("UnsupportedValue");
    }

    private static List<String> reasons(Routes routes, String name) {
        return routes.verdicts().stream()
                .filter(verdict -> verdict.route().name().equals(name))
                .flatMap(verdict -> verdict.parents().getFirst().conditions().stream())
                .map(condition -> condition.reason())
                .toList();
    }
}
