// SPDX-License-Identifier: Apache-2.0
package io.serin.control.index;

import static org.assertj.core.api.Assertions.assertThat;

import io.serin.api.name.Revision;
import io.serin.api.name.ServiceName;
import io.serin.kube.type.KubeRoute;
import io.serin.kube.type.KubeService;
import io.serin.kube.type.KubeWebhook;
import io.serin.kube.type.ObjectName;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RoutesTest {

    private static final Revision REVISION = new Revision("1-0");
    private static final ServiceName REVIEWS = new ServiceName("shop", "reviews");

    private static KubeRoute route(String name, String parent, String backend) {
        return route(name, "", parent, backend);
    }

    private static KubeRoute route(String name, String revision, String parent, String backend) {
        return new KubeRoute(
                new ObjectName("shop", name),
                revision,
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
        cluster.put(reviews());
        cluster.put(route("bad-backend", "reviews", "a.b"));
        cluster.put(route("bad-parent", "a.b", "reviews"));
        cluster.put(route("good", "reviews", "reviews"));

        Routes routes = Routes.of(cluster, REVISION, Services.of(cluster));

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
                        unread.revision(),
                        2,
                        unread.created(),
                        unread.parents(),
                        unread.rules(),
                        List.of(new KubeRoute.Problem("spec.rules[0].filters", "?", "nothing"))));

        Routes routes = Routes.of(cluster, REVISION, Services.of(cluster));

        assertThat(reasons(routes, "no-parent"))
                .containsExactly("NoMatchingParent", "BackendNotFound");
        assertThat(reasons(routes, "unread")).containsExactly("UnsupportedValue");
    }

    /** A tag moves, and the route with it; who it is no longer for takes back what was said. */
    @Test
    void aLabelledRouteIsForItsRevisionAlone() {
        Cluster cluster = new Cluster();
        cluster.put(reviews());
        for (String label : List.of("", "1-0", "1-1", "prod", "nobody")) {
            cluster.put(
                    route(
                            label.isEmpty() ? "for-all" : "for-" + label,
                            label,
                            "reviews",
                            "reviews"));
        }
        cluster.put(tag("prod", "1-0"));
        assertThat(served(cluster, "1-0")).containsExactly("for-1-0", "for-all", "for-prod");
        assertThat(served(cluster, "1-1")).containsExactly("for-1-1", "for-all");

        cluster.put(tag("prod", "1-1"));
        assertThat(served(cluster, "1-0")).containsExactly("for-1-0", "for-all");
        assertThat(served(cluster, "1-1")).containsExactly("for-1-1", "for-all", "for-prod");
        assertThat(Routes.of(cluster, REVISION, Services.of(cluster)).verdicts())
                .filteredOn(verdict -> verdict.parents().isEmpty())
                .extracting(verdict -> verdict.route().name())
                .containsExactly("for-1-1", "for-nobody", "for-prod");

        cluster.remove(KubeWebhook.class, tag("prod", "1-1").name());
        assertThat(served(cluster, "1-1")).containsExactly("for-1-1", "for-all");
    }

    /** The revision named default sleeps meanwhile, and so do its webhooks. */
    @Test
    void theTagDefaultTakesTheNameOver() {
        Cluster cluster = new Cluster();
        cluster.put(reviews());
        cluster.put(route("for-default", "default", "reviews", "reviews"));
        assertThat(served(cluster, "default")).containsExactly("for-default");

        cluster.put(tag("default", "1-0"));
        assertThat(served(cluster, "default")).isEmpty();
        assertThat(served(cluster, "1-0")).containsExactly("for-default");
    }

    private static List<String> served(Cluster cluster, String revision) {
        return Routes.of(cluster, new Revision(revision), Services.of(cluster))
                .routes()
                .getOrDefault(REVIEWS, List.of())
                .stream()
                .map(ServiceRoute::name)
                .toList();
    }

    private static KubeWebhook tag(String tag, String revision) {
        return new KubeWebhook(
                KubeWebhook.Kind.MUTATING, "istio-revision-tag-" + tag, revision, tag, List.of());
    }

    private static KubeService reviews() {
        return new KubeService(
                new ObjectName("shop", "reviews"),
                Optional.of("10.96.0.7"),
                List.of(new KubeService.Port("http", 9080, Optional.empty())));
    }

    private static List<String> reasons(Routes routes, String name) {
        return routes.verdicts().stream()
                .filter(verdict -> verdict.route().name().equals(name))
                .flatMap(verdict -> verdict.parents().getFirst().conditions().stream())
                .map(condition -> condition.reason())
                .toList();
    }
}
