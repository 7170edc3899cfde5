// SPDX-License-Identifier: Apache-2.0
package io.serin.control.index;

import io.serin.api.name.Revision;
import io.serin.api.name.ServiceName;
import io.serin.api.route.HeaderMatch;
import io.serin.api.route.PathMatch;
import io.serin.api.route.RequestMatch;
import io.serin.kube.type.KubeRoute;
import io.serin.kube.type.KubeRoute.ParentRef;
import io.serin.kube.type.KubeWebhook;
import io.serin.kube.write.RouteStatus;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * The routes of each Service, and what is to be said of each route: Gateway API GEP-1294 and the
 * conditions of HTTPRoute's status. A route that can't be served as it is stays, in the generation
 * that could. One that is labelled for another revision is as if it were not there. Pure.
 */
final class Routes {

    private final Map<ServiceName, ServiceEntry> services;
    private final Map<ServiceName, List<ServiceRoute>> routes = new TreeMap<>();
    private final List<Verdict> verdicts = new ArrayList<>();

    private Routes(Map<ServiceName, ServiceEntry> services) {
        this.services = services;
    }

    static Routes of(Cluster cluster, Revision revision, Map<ServiceName, ServiceEntry> services) {
        Routes joined = new Routes(services);
        Set<String> ours = namesOf(revision, cluster);
        cluster.routes.values().stream()
                .sorted(Comparator.comparing(KubeRoute::created).thenComparing(KubeRoute::name))
                .forEach(route -> {
                    if (ours.contains(route.revision())) {
                        joined.add(
                                route, Optional.ofNullable(cluster.goodRoutes.get(route.name())));
                    } else {
                        // What was said of it while it was ours holds no longer.
                        joined.verdicts.add(
                                new Verdict(route.name(), route.generation(), List.of()));
                    }
                });
        return joined;
    }

    /**
     * What a route's label may say to mean a revision: nothing, its name, and the tags that point
     * to it; not its name where a tag has taken that over.
     */
    private static Set<String> namesOf(Revision revision, Cluster cluster) {
        Set<String> names = new HashSet<>(Set.of("", revision.value()));
        for (KubeWebhook injector : cluster.injectors.values()) {
            if (!injector.tag().isEmpty()) {
                if (injector.revision().equals(revision.value())) {
                    names.add(injector.tag());
                } else {
                    names.remove(injector.tag());
                }
            }
        }
        return names;
    }

    Map<ServiceName, List<ServiceRoute>> routes() {
        return routes;
    }

    List<Verdict> verdicts() {
        return verdicts;
    }

    private void add(KubeRoute route, Optional<KubeRoute> good) {
        List<RouteStatus.ParentVerdict> said = new ArrayList<>();
        for (ParentRef parent : route.parents()) {
            if (parent.isService()) {
                said.add(new RouteStatus.ParentVerdict(parent, judge(route, parent, good)));
            }
        }
        good.ifPresent(this::serve);
        verdicts.add(new Verdict(route.name(), route.generation(), said));
    }

    private List<RouteStatus.Condition> judge(
            KubeRoute route, ParentRef parent, Optional<KubeRoute> good) {
        if (!route.problems().isEmpty()) {
            // What could not be read may hold references too: nothing is said of those.
            return List.of(
                    Verdict.refused(
                            "UnsupportedValue",
                            Verdict.problems(route)
                                    + good.map(g ->
                                                    "; generation "
                                                            + g.generation()
                                                            + " is still served")
                                            .orElse("")));
        }
        Optional<String> noParent = whyNoParent(route, parent);
        if (noParent.isPresent()) {
            return List.of(Verdict.refused("NoMatchingParent", noParent.get()), resolved(route));
        }
        List<RouteStatus.Condition> conditions = new ArrayList<>();
        conditions.add(new RouteStatus.Condition("Accepted", true, "Accepted", ""));
        conditions.add(resolved(route));
        return conditions;
    }

    private Optional<String> whyNoParent(KubeRoute route, ParentRef parent) {
        Optional<ServiceName> named = serviceOf(route, parent);
        ServiceEntry service = named.map(services::get).orElse(null);
        if (service == null) {
            return Optional.of("Service " + parent.name() + " does not exist");
        }
        ServiceName name = service.name();
        if (service.clusterIp().isEmpty()) {
            return Optional.of("Service " + name + " has no ClusterIP");
        }
        boolean hasPort =
                service.ports().stream()
                        .anyMatch(port ->
                                parent.port().map(p -> p == port.number()).orElse(true)
                                        && parent.sectionName()
                                                .map(s -> s.equals(port.name()))
                                                .orElse(true));
        return hasPort ? Optional.empty() : Optional.of("Service " + name + " has no such port");
    }

    private RouteStatus.Condition resolved(KubeRoute route) {
        for (KubeRoute.Rule rule : route.rules()) {
            for (KubeRoute.BackendRef backend : rule.backends()) {
                if (backend(route, backend) instanceof ServiceRoute.Backend.Unresolved unresolved) {
                    boolean isService = isService(backend);
                    return new RouteStatus.Condition(
                            "ResolvedRefs",
                            false,
                            isService ? "BackendNotFound" : "InvalidKind",
                            unresolved.reason());
                }
            }
        }
        return new RouteStatus.Condition("ResolvedRefs", true, "ResolvedRefs", "");
    }

    private void serve(KubeRoute route) {
        for (ParentRef parent : route.parents()) {
            if (!parent.isService() || whyNoParent(route, parent).isPresent()) {
                continue;
            }
            ServiceName service = serviceOf(route, parent).orElseThrow();
            List<ServiceRoute.Rule> rules =
                    route.rules().stream().map(rule -> rule(route, rule)).toList();
            routes.computeIfAbsent(service, key -> new ArrayList<>())
                    .add(
                            new ServiceRoute(
                                    route.name().namespace(),
                                    route.name().name(),
                                    port(service, parent),
                                    rules));
        }
    }

    private Optional<Integer> port(ServiceName service, ParentRef parent) {
        if (parent.port().isPresent() || parent.sectionName().isEmpty()) {
            return parent.port();
        }
        ServiceEntry entry = services.get(service);
        List<ServiceEntry.Port> ports = entry == null ? List.of() : entry.ports();
        return ports.stream()
                .filter(port -> port.name().equals(parent.sectionName().get()))
                .map(ServiceEntry.Port::number)
                .findFirst();
    }

    private ServiceRoute.Rule rule(KubeRoute route, KubeRoute.Rule rule) {
        return new ServiceRoute.Rule(
                rule.matches().stream().map(Routes::match).toList(),
                rule.backends().stream().map(backend -> backend(route, backend)).toList());
    }

    private static RequestMatch match(KubeRoute.Match match) {
        String path = match.path();
        while (!match.exact() && path.length() > 1 && path.endsWith("/")) {
            path = path.substring(0, path.length() - 1);
        }
        List<HeaderMatch> headers = new ArrayList<>();
        match.method()
                .ifPresent(method -> headers.add(new HeaderMatch(HeaderMatch.METHOD, method)));
        for (KubeRoute.Header header : match.headers()) {
            HeaderMatch next = new HeaderMatch(header.name(), header.value());
            // Of equal names the first counts; Gateway API HTTPHeaderMatch.
            if (headers.stream().noneMatch(other -> other.name().equals(next.name()))) {
                headers.add(next);
            }
        }
        return new RequestMatch(
                match.exact() ? new PathMatch.Exact(path) : new PathMatch.Prefix(path), headers);
    }

    private ServiceRoute.Backend backend(KubeRoute route, KubeRoute.BackendRef backend) {
        if (!isService(backend)) {
            return unresolved(backend, "kind " + backend.kind() + " can't be a backend");
        }
        Optional<ServiceName> named =
                named(backend.namespace().orElse(route.name().namespace()), backend.name());
        ServiceEntry service = named.map(services::get).orElse(null);
        if (service == null) {
            return unresolved(backend, "Service " + backend.name() + " does not exist");
        }
        ServiceName name = service.name();
        if (backend.port().isEmpty()) {
            return unresolved(backend, "the port of Service " + name + " is not given");
        }
        int port = backend.port().get();
        return service.ports().stream().anyMatch(p -> p.number() == port)
                ? new ServiceRoute.Backend.Resolved(name, port, backend.weight())
                : unresolved(backend, "Service " + name + " has no port " + port);
    }

    private static ServiceRoute.Backend unresolved(KubeRoute.BackendRef backend, String reason) {
        return new ServiceRoute.Backend.Unresolved(reason, backend.weight());
    }

    private static boolean isService(KubeRoute.BackendRef backend) {
        return backend.kind().equals("Service")
                && (backend.group().isEmpty() || backend.group().equals("core"));
    }

    private static Optional<ServiceName> serviceOf(KubeRoute route, ParentRef parent) {
        return named(parent.namespace().orElse(route.name().namespace()), parent.name());
    }

    /** The Gateway API lets a reference hold what can't be a Service's name: that is none. */
    private static Optional<ServiceName> named(String namespace, String name) {
        try {
            return Optional.of(new ServiceName(namespace, name));
        } catch (IllegalArgumentException notAName) {
            return Optional.empty();
        }
    }
}
